package io.memflow.core.translate;

import io.memflow.core.cache.CachedTranslation;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.cache.TreeTranslations;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;

/** A page-table tree behind a {@link TranslationCache}: only what the cache does not know is walked. Thread-safe. */
final class CachedTree {
    /** Marks an address of a list that the cache does not know. No outcome has all bits set. */
    private static final int NOT_KNOWN = -1;

    private final PageTableWalker walker;
    private final AddressSpace.Tree tree;
    private final TranslationCache cache;
    private final TreeTranslations known;

    CachedTree(PageTableWalker walker, AddressSpace.Tree tree, TranslationCache cache) {
        this.walker = walker;
        this.tree = tree;
        this.cache = cache;
        known = cache.tree(tree.format(), tree.rootUpper(), tree.root());
    }

    boolean translate(long virtualUpper, long virtual, Translation out) {
        long now = cache.now();
        CachedTranslation cached = out.cached;
        if (known.find(virtualUpper, virtual, now, cached)) {
            out.fault = Fault.NONE;
            out.physical = cached.physical();
            out.physicalUpper = cached.physicalUpper();
            out.pageType = TranslationList.pageTypeOf(cached.outcome());
            out.pageSize = TranslationList.sizeOf(cached.outcome());
            out.level = TranslationList.levelOf(cached.outcome());
            cache.count(1, 0);
            return true;
        }
        cache.count(0, 1);
        long generation = cache.generation();
        if (!walker.translate(tree.rootUpper(), tree.root(), virtualUpper, virtual, out)) {
            return false;
        }
        // A size of 0 stands for 2^64 and more, which nothing keeps.
        int sizeBits = out.pageSize == 0 ? Long.SIZE : Long.numberOfTrailingZeros(out.pageSize);
        int outcome = TranslationList.outcome(Fault.NONE, out.level, sizeBits, out.pageType);
        known.put(virtualUpper, virtual, sizeBits, out.physicalUpper, out.physical, outcome, generation, now);
        return true;
    }

    void translate(TranslationList list) {
        long now = cache.now();
        long generation = cache.generation();
        TranslationList misses = list.misses();
        misses.clear();
        misses.upper(list.upper());
        CachedTranslation cached = list.cached;
        for (int i = 0; i < list.size; i++) {
            if (known.find(list.upper, list.virtuals[i], now, cached)) {
                list.set(i, cached.physicalUpper(), cached.physical(), cached.outcome());
            } else {
                list.outcomes[i] = NOT_KNOWN;
                misses.add(list.virtuals[i]);
            }
        }
        cache.count(list.size - misses.size, misses.size);
        if (misses.size != 0) {
            walker.translate(tree, misses);
            takeMisses(list, misses, generation, now);
        }
    }

    private void takeMisses(TranslationList list, TranslationList misses, long generation, long now) {
        int miss = 0;
        for (int i = 0; i < list.size; i++) {
            if (list.outcomes[i] != NOT_KNOWN) {
                continue;
            }
            list.take(i, misses, miss++);
            if (list.isMapped(i)) {
                known.put(
                        list.upper,
                        list.virtuals[i],
                        list.sizeBits(i),
                        list.physicalUpper(i),
                        list.physicals[i],
                        list.outcomes[i],
                        generation,
                        now);
            }
        }
    }
}
