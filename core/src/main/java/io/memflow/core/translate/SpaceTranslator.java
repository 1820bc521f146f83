package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Translates in an {@link AddressSpace}: picks the tree that serves an address. Thread-safe. */
final class SpaceTranslator {
    /** What {@link #directAddress} returns when the general path has to look. No page of a source lies there. */
    static final long NOT_IN_ONE_PAGE = -1;

    private final AddressSpace space;
    /** The tree that is asked first; the other one serves what is not canonical in it. */
    private final AddressSpace.Tree tree;

    private final PageTableWalker walker;
    private final AddressSpace.@Nullable Tree otherTree;
    private final @Nullable PageTableWalker other;

    SpaceTranslator(PhysicalMemory memory, AddressSpace space) {
        this(
                space,
                new PageTableWalker(memory, first(space).format()),
                second(space)
                        .map(rest -> new PageTableWalker(memory, rest.format()))
                        .orElse(null));
    }

    SpaceTranslator(PageTableWalker walker, AddressSpace space) {
        this(space, walker, null);
    }

    private SpaceTranslator(AddressSpace space, PageTableWalker walker, @Nullable PageTableWalker other) {
        this.space = space;
        this.tree = first(space);
        this.walker = walker;
        this.otherTree = second(space).orElse(null);
        this.other = other;
    }

    private static AddressSpace.Tree first(AddressSpace space) {
        return space.upperGoesFirst() ? space.upper().orElseThrow() : space.lower();
    }

    private static Optional<AddressSpace.Tree> second(AddressSpace space) {
        return space.upperGoesFirst() ? Optional.of(space.lower()) : space.upper();
    }

    /** The same formats under other roots. */
    SpaceTranslator with(AddressSpace roots) {
        return new SpaceTranslator(roots, walker, other);
    }

    AddressSpace space() {
        return space;
    }

    /** Whether all tables are read in place. */
    boolean readsInPlace() {
        return walker.direct() != null && (other == null || other.direct() != null);
    }

    /** Bytes of the smallest page of either tree. */
    long pageSize() {
        long size = walker.format().pageSize();
        return other == null ? size : Math.min(size, other.format().pageSize());
    }

    boolean translate(long virtualUpper, long virtual, Translation out) {
        PageTableWalker second = other;
        AddressSpace.Tree rest = otherTree;
        if (second != null && rest != null && !walker.format().isCanonical(virtualUpper, virtual)) {
            return second.translate(rest.rootUpper(), rest.root(), virtualUpper, virtual, out);
        }
        return walker.translate(tree.rootUpper(), tree.root(), virtualUpper, virtual, out);
    }

    void translate(TranslationList list) {
        walker.translate(tree, list);
        PageTableWalker second = other;
        AddressSpace.Tree secondTree = otherTree;
        if (second == null || secondTree == null) {
            return;
        }
        TranslationList rest = list.rest();
        rest.clear();
        rest.upper(list.upper());
        for (int i = 0; i < list.size(); i++) {
            if (list.fault(i) == Fault.NOT_CANONICAL) {
                rest.add(list.virtual(i));
            }
        }
        if (rest.size() != 0) {
            second.translate(secondTree, rest);
            list.takeUncanonical(rest);
        }
    }

    /**
     * The physical address of bytes that lie in one page of a 64-bit space whose tables are mapped, or
     * {@link #NOT_IN_ONE_PAGE}.
     */
    long directAddress(long virtual, int bytes) {
        PageTableWalker second = other;
        AddressSpace.Tree rest = otherTree;
        if (second != null && rest != null && !walker.format().isCanonical(virtual)) {
            return second.directAddress(rest, virtual, bytes);
        }
        return walker.directAddress(tree, virtual, bytes);
    }

    WalkEnd walk(long first, long last, PageTableWalk.Holes holes, MappingSink sink) {
        PageTableWalker second = other;
        AddressSpace.Tree rest = otherTree;
        if (second == null || rest == null) {
            boolean whole = first == 0 && last == -1;
            return new PageTableWalk(walker).walk(tree, 0, first, whole ? -1 : 0, last, holes, sink);
        }
        boolean upperFirst = space.upperGoesFirst();
        PageTableWalker lower = upperFirst ? second : walker;
        PageTableWalker upper = upperFirst ? walker : second;
        // The trees serve the two ends of the space; each reports what lies between them and its own end once.
        long border = new CanonicalRanges(upper.format()).first[0];
        if (!upperFirst) {
            border = Address.max(border, new CanonicalRanges(lower.format()).last[0] + 1);
        }
        WalkEnd end = WalkEnd.COMPLETE;
        if (Address.below(first, border)) {
            long to = Address.min(last, border - 1);
            end = new PageTableWalk(lower).walk(space.lower(), first, to, holes, sink);
        }
        if (end == WalkEnd.STOPPED || Address.below(last, border)) {
            return end;
        }
        long from = Address.max(first, border);
        WalkEnd endOfUpper = new PageTableWalk(upper).walk(upperFirst ? tree : rest, from, last, holes, sink);
        return endOfUpper == WalkEnd.COMPLETE ? end : endOfUpper;
    }
}
