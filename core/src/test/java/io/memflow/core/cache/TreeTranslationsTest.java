package io.memflow.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TreeTranslationsTest {
    private final TranslationCache cache = new TranslationCache(64, Validity.MANUAL);
    private final CachedTranslation out = new CachedTranslation();

    @Test
    void tellsUpperWordsApart() {
        TreeTranslations narrow = cache.tree("format", 0, 0x1000);
        TreeTranslations wide = cache.tree("format", 7, 0x1000);
        put(wide, 0, 0x5000, 12, 3, 0x9000);
        assertThat(narrow.find(0, 0x5000, 0, out)).isFalse();
        assertThat(wide.find(1, 0x5000, 0, out)).isFalse();
        assertThat(wide.find(0, 0x5678, 0, out)).isTrue();
        assertThat(out.physicalUpper()).isEqualTo(3);
        assertThat(out.physical()).isEqualTo(0x9678);
        assertThat(out.outcome()).isEqualTo(42);
        put(narrow, 0, 0x6000, 12, 0, 0xA000);
        assertThat(wide.find(0, 0x6000, 0, out)).isFalse();
        assertThat(narrow.find(0, 0x6001, 0, out)).isTrue();
        assertThat(out.physicalUpper()).isZero();
    }

    @Test
    void tellsFormatsApart() {
        put(cache.tree("one", 0, 0x1000), 0, 0x5000, 12, 0, 0x9000);
        assertThat(cache.tree("two", 0, 0x1000).find(0, 0x5000, 0, out)).isFalse();
        assertThat(cache.tree("one", 0, 0x1000).find(0, 0x5000, 0, out)).isTrue();
    }

    @Test
    void keepsNoPageThatOneEntryCannotSay() {
        TreeTranslations tree = cache.tree("format", 0, 0x1000);
        put(tree, 0, 0x5000, 64, 0, 0x5000);
        put(tree, 0, 0x5000, 16, 0, 0x9000);
        assertThat(tree.find(0, 0x5000, 0, out)).isFalse();
        put(tree, 0, -1L, 63, 0, Long.MAX_VALUE);
        assertThat(tree.find(0, Long.MIN_VALUE + 5, 0, out)).isTrue();
        assertThat(out.physical()).isEqualTo(5);
    }

    @Test
    void givesUpEntriesThatAreNotUsed() {
        TranslationCache one = new TranslationCache(1, Validity.MANUAL);
        TreeTranslations tree = one.tree("format", 0, 0x1000);
        for (long page = 0; page < 10; page++) {
            tree.put(0, page << 12, 12, 0, page << 20, 42, one.generation(), 0);
            assertThat(tree.find(0, page << 12, 0, out)).isTrue();
        }
        assertThat(one.statistics().evictions()).isEqualTo(9);
        assertThatThrownBy(() -> new TranslationCache(0, Validity.MANUAL)).isInstanceOf(IllegalArgumentException.class);
    }

    private void put(TreeTranslations tree, long upper, long virtual, int sizeBits, long physicalUpper, long physical) {
        tree.put(upper, virtual, sizeBits, physicalUpper, physical, 42, cache.generation(), 0);
    }
}
