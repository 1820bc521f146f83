package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.cache.MomentBlocks;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Translates in an {@link AddressSpace}: picks the tree that serves an address. Thread-safe. */
final class SpaceTranslator {
    /** What {@link #directAddress} returns when the general path has to look. No page of a source lies there. */
    static final long NOT_IN_ONE_PAGE = -1;

    private final AddressSpace space;
    /** The tree that is asked first; the other one serves what is not canonical in it. */
    private final TreeTranslator first;

    private final @Nullable TreeTranslator second;
    private final @Nullable TranslationCache cache;

    SpaceTranslator(PhysicalMemory memory, AddressSpace space) {
        this(
                space,
                new PageTableWalker(memory, firstOf(space).format()),
                secondOf(space)
                        .map(rest -> new PageTableWalker(memory, rest.format()))
                        .orElse(null),
                null);
    }

    SpaceTranslator(PageTableWalker walker, AddressSpace space) {
        this(space, walker, null, null);
    }

    private SpaceTranslator(
            AddressSpace space,
            PageTableWalker walker,
            @Nullable PageTableWalker other,
            @Nullable TranslationCache cache) {
        this.space = space;
        this.cache = cache;
        first = new TreeTranslator(walker, firstOf(space), cache);
        AddressSpace.Tree rest = secondOf(space).orElse(null);
        second = other == null || rest == null ? null : new TreeTranslator(other, rest, cache);
    }

    private static AddressSpace.Tree firstOf(AddressSpace space) {
        return space.upperGoesFirst() ? space.upper().orElseThrow() : space.lower();
    }

    private static Optional<AddressSpace.Tree> secondOf(AddressSpace space) {
        return space.upperGoesFirst() ? Optional.of(space.lower()) : space.upper();
    }

    /** The same formats under other roots. */
    SpaceTranslator with(AddressSpace roots) {
        return new SpaceTranslator(roots, first.walker, second == null ? null : second.walker, cache);
    }

    /** The same space, asking a cache before any table; or none. */
    SpaceTranslator withCache(@Nullable TranslationCache other) {
        return new SpaceTranslator(space, first.walker, second == null ? null : second.walker, other);
    }

    @Nullable
    TranslationCache cache() {
        return cache;
    }

    AddressSpace space() {
        return space;
    }

    /** Whether the tables lie in that memory. */
    boolean readsTablesIn(PhysicalMemory memory) {
        return first.walker.memory().equals(memory);
    }

    /** Whether all tables are read in place. */
    boolean readsInPlace() {
        return first.walker.direct() != null && (second == null || second.walker.direct() != null);
    }

    /** The usual case of small reads in the tree that is asked first, over these tables' memory; null where there is none. */
    @Nullable
    InPlaceReads inPlace(PhysicalMemory memory) {
        StraightWalk walk = first.walker.straight();
        boolean applies = readsTablesIn(memory) && first.tree.rootUpper() == 0 && cache == null;
        return applies && walk != null ? new InPlaceReads(walk, first.tree.root()) : null;
    }

    /** Bytes of the smallest page of either tree. */
    long pageSize() {
        long size = first.walker.format().pageSize();
        return second == null ? size : Math.min(size, second.walker.format().pageSize());
    }

    private TreeTranslator serving(long virtualUpper, long virtual) {
        TreeTranslator other = second;
        return other == null || first.isCanonical(virtualUpper, virtual) ? first : other;
    }

    boolean translate(long virtualUpper, long virtual, Translation out) {
        return serving(virtualUpper, virtual).translate(virtualUpper, virtual, out);
    }

    void translate(TranslationList list) {
        first.translate(list);
        TreeTranslator other = second;
        if (other == null) {
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
            other.translate(rest);
            list.takeUncanonical(rest);
        }
    }

    /**
     * The physical address of bytes that lie in one page of a 64-bit space whose tables are mapped, or
     * {@link #NOT_IN_ONE_PAGE}.
     */
    long directAddress(long virtual, int bytes) {
        return serving(0, virtual).directAddress(virtual, bytes);
    }

    /** As {@link #directAddress}, where the tables are in this thread's moment. */
    long momentAddress(MomentBlocks moment, long virtual, int bytes) {
        return serving(0, virtual).momentAddress(moment, virtual, bytes);
    }

    WalkEnd walk(long from, long last, PageTableWalk.Holes holes, MappingSink sink) {
        TreeTranslator other = second;
        if (other == null) {
            boolean whole = from == 0 && last == -1;
            return new PageTableWalk(first.walker).walk(first.tree, 0, from, whole ? -1 : 0, last, holes, sink);
        }
        boolean upperFirst = space.upperGoesFirst();
        TreeTranslator lower = upperFirst ? other : first;
        TreeTranslator upper = upperFirst ? first : other;
        // The trees serve the two ends of the space; each reports what lies between them and its own end once.
        long border = new CanonicalRanges(upper.walker.format()).first[0];
        if (!upperFirst) {
            border = Address.max(border, new CanonicalRanges(lower.walker.format()).last[0] + 1);
        }
        WalkEnd end = WalkEnd.COMPLETE;
        if (Address.below(from, border)) {
            end = new PageTableWalk(lower.walker).walk(lower.tree, from, Address.min(last, border - 1), holes, sink);
        }
        if (end == WalkEnd.STOPPED || Address.below(last, border)) {
            return end;
        }
        WalkEnd endOfUpper =
                new PageTableWalk(upper.walker).walk(upper.tree, Address.max(from, border), last, holes, sink);
        return endOfUpper == WalkEnd.COMPLETE ? end : endOfUpper;
    }
}
