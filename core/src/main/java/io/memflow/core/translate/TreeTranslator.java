package io.memflow.core.translate;

import io.memflow.core.cache.MomentBlocks;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.paging.AddressSpace;
import org.jspecify.annotations.Nullable;

/** One tree of an address space with its walker and, where there is one, the cache that is asked first. Thread-safe. */
final class TreeTranslator {
    final PageTableWalker walker;
    final AddressSpace.Tree tree;
    private final @Nullable CachedTree cached;

    TreeTranslator(PageTableWalker walker, AddressSpace.Tree tree, @Nullable TranslationCache cache) {
        this.walker = walker;
        this.tree = tree;
        cached = cache == null ? null : new CachedTree(walker, tree, cache);
    }

    boolean isCanonical(long virtualUpper, long virtual) {
        return walker.format().isCanonical(virtualUpper, virtual);
    }

    boolean translate(long virtualUpper, long virtual, Translation out) {
        return cached == null
                ? walker.translate(tree.rootUpper(), tree.root(), virtualUpper, virtual, out)
                : cached.translate(virtualUpper, virtual, out);
    }

    void translate(TranslationList list) {
        if (cached == null) {
            walker.translate(tree, list);
        } else {
            cached.translate(list);
        }
    }

    long momentAddress(MomentBlocks moment, long virtual, int bytes) {
        return walker.momentAddress(moment, tree, virtual, bytes);
    }

    long directAddress(long virtual, int bytes) {
        return walker.directAddress(tree, virtual, bytes);
    }
}
