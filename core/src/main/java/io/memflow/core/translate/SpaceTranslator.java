package io.memflow.core.translate;

import io.memflow.core.cache.TranslationCache;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import org.jspecify.annotations.Nullable;

/** Translates in an {@link AddressSpace}: picks the tree that serves an address. Thread-safe. */
final class SpaceTranslator {
    /** What {@link #directAddress} returns when the general path has to look. No page of a source lies there. */
    static final long NOT_IN_ONE_PAGE = -1;

    private final AddressSpace space;
    private final PageTableWalker lower;
    private final @Nullable PageTableWalker upper;
    private final AddressSpace.@Nullable Tree upperTree;
    /** What is known of the trees without reading them; null without a cache. */
    private final @Nullable CachedTree lowerCached;

    private final @Nullable CachedTree upperCached;
    private final @Nullable TranslationCache cache;

    SpaceTranslator(PhysicalMemory memory, AddressSpace space) {
        this(
                space,
                new PageTableWalker(memory, space.lower().format()),
                space.upper()
                        .map(tree -> new PageTableWalker(memory, tree.format()))
                        .orElse(null),
                null);
    }

    SpaceTranslator(PageTableWalker walker, AddressSpace space) {
        this(space, walker, null, null);
    }

    private SpaceTranslator(
            AddressSpace space,
            PageTableWalker lower,
            @Nullable PageTableWalker upper,
            @Nullable TranslationCache cache) {
        this.space = space;
        this.lower = lower;
        this.upper = upper;
        this.cache = cache;
        AddressSpace.Tree tree = space.upper().orElse(null);
        upperTree = tree;
        lowerCached = cache == null ? null : new CachedTree(lower, space.lower(), cache);
        upperCached = cache == null || upper == null || tree == null ? null : new CachedTree(upper, tree, cache);
    }

    /** The same formats under other roots. */
    SpaceTranslator with(AddressSpace other) {
        return new SpaceTranslator(other, lower, upper, cache);
    }

    /** The same space, asking a cache before any table; or none. */
    SpaceTranslator withCache(@Nullable TranslationCache other) {
        return new SpaceTranslator(space, lower, upper, other);
    }

    @Nullable
    TranslationCache cache() {
        return cache;
    }

    AddressSpace space() {
        return space;
    }

    /** Whether all tables are read in place. */
    boolean readsInPlace() {
        return lower.direct() != null && (upper == null || upper.direct() != null);
    }

    /** Bytes of the smallest page of either tree. */
    long pageSize() {
        long size = lower.format().pageSize();
        return upper == null ? size : Math.min(size, upper.format().pageSize());
    }

    boolean translate(long virtualUpper, long virtual, Translation out) {
        PageTableWalker above = upper;
        AddressSpace.Tree tree = upperTree;
        if (above != null && tree != null && above.format().isCanonical(virtualUpper, virtual)) {
            return upperCached == null
                    ? above.translate(tree.rootUpper(), tree.root(), virtualUpper, virtual, out)
                    : upperCached.translate(virtualUpper, virtual, out);
        }
        if (lowerCached != null) {
            return lowerCached.translate(virtualUpper, virtual, out);
        }
        AddressSpace.Tree below = space.lower();
        return lower.translate(below.rootUpper(), below.root(), virtualUpper, virtual, out);
    }

    void translate(TranslationList list) {
        if (lowerCached == null) {
            lower.translate(space.lower(), list);
        } else {
            lowerCached.translate(list);
        }
        PageTableWalker above = upper;
        AddressSpace.Tree tree = upperTree;
        if (above == null || tree == null) {
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
            if (upperCached == null) {
                above.translate(tree, rest);
            } else {
                upperCached.translate(rest);
            }
            list.takeUncanonical(rest);
        }
    }

    /**
     * The physical address of bytes that lie in one page of a 64-bit space whose tables are mapped, or
     * {@link #NOT_IN_ONE_PAGE}.
     */
    long directAddress(long virtual, int bytes) {
        PageTableWalker above = upper;
        AddressSpace.Tree tree = upperTree;
        if (above != null && tree != null && above.format().isCanonical(virtual)) {
            return above.directAddress(tree, virtual, bytes);
        }
        return lower.directAddress(space.lower(), virtual, bytes);
    }

    WalkEnd walk(long first, long last, PageTableWalk.Holes holes, MappingSink sink) {
        PageTableWalker above = upper;
        AddressSpace.Tree tree = upperTree;
        PageTableWalk walk = new PageTableWalk(lower);
        if (above == null || tree == null) {
            boolean whole = first == 0 && last == -1;
            return walk.walk(space.lower(), 0, first, whole ? -1 : 0, last, holes, sink);
        }
        // The trees serve the two ends of the space; each reports what lies between them and its own end once.
        long firstOfUpper = new CanonicalRanges(above.format()).first[0];
        WalkEnd end = WalkEnd.COMPLETE;
        if (Long.compareUnsigned(first, firstOfUpper) < 0) {
            long to = Long.compareUnsigned(last, firstOfUpper) < 0 ? last : firstOfUpper - 1;
            end = walk.walk(space.lower(), first, to, holes, sink);
        }
        if (end == WalkEnd.STOPPED || Long.compareUnsigned(last, firstOfUpper) < 0) {
            return end;
        }
        long from = Long.compareUnsigned(first, firstOfUpper) < 0 ? firstOfUpper : first;
        WalkEnd endOfUpper = new PageTableWalk(above).walk(tree, from, last, holes, sink);
        return endOfUpper == WalkEnd.COMPLETE ? end : endOfUpper;
    }
}
