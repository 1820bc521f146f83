package io.memflow.core.paging;

import java.util.Optional;

/**
 * The page-table trees of one virtual address space. Most architectures have one; ARM has one root for the lower end of
 * the space (TTBR0) and one for the upper (TTBR1). Immutable.
 *
 * @param lower the only tree, or the one that serves the lower end
 * @param upper the tree that serves the upper end, where that is another one
 */
public record AddressSpace(Tree lower, Optional<Tree> upper) {
    /**
     * One page-table tree.
     *
     * @param format how its tables are read
     * @param root physical address of its root table, low 64 bits
     * @param rootUpper bits 64 to 127 of that address
     */
    public record Tree(PagingFormat format, long root, long rootUpper) {
        public Tree {
            root &= format.rootMask();
        }

        public Tree(PagingFormat format, long root) {
            this(format, root, 0);
        }
    }

    /** A space of one tree. */
    public static AddressSpace of(PagingFormat format, long root) {
        return new AddressSpace(new Tree(format, root), Optional.empty());
    }

    /** A space of two trees. */
    public static AddressSpace of(PagingFormat lower, long lowerRoot, PagingFormat upper, long upperRoot) {
        return new AddressSpace(new Tree(lower, lowerRoot), Optional.of(new Tree(upper, upperRoot)));
    }

    /**
     * Whether an address that both trees could translate belongs to the upper one. The tree of fewer virtual bits has a
     * part of its own, the other one what is left; 32-bit ARM sets up either so (TTBCR.N, T0SZ and T1SZ). Elsewhere no
     * address is canonical in both trees.
     */
    public boolean upperGoesFirst() {
        return upper.isPresent()
                && upper.get().format().virtualBits() < lower.format().virtualBits();
    }
}
