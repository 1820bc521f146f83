package io.memflow.formats.elf.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.Corruption;
import io.memflow.formats.PagedMemory;
import io.memflow.formats.elf.ElfWidth;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged images end in rows, in named parts, or in our own exceptions. */
class ImageCorruptionTest {
    private static final long SEED = 99;
    private static final long BASE = 0x7f00_0000L;
    /** Where anything is in the image that {@link ImageBuilder} makes. */
    private static final int[] TABLES = {
        0,
        ImageBuilder.DYNAMIC,
        ImageBuilder.SYMBOLS,
        ImageBuilder.STRINGS,
        ImageBuilder.HASH,
        ImageBuilder.RELOCATIONS,
        ImageBuilder.VERSIONS,
        ImageBuilder.VERSIONS + 0x400,
        ImageBuilder.VERSIONS + 0x800,
        ImageBuilder.SECTIONS
    };

    private static byte[] good(ElfWidth width, ImageBuilder.Hash hash) {
        return new ImageBuilder(width, hash)
                .exported("first", 0x500, 16, 2)
                .exported("second", 0x510, 32, 2)
                .imported("elsewhere", 3)
                .build()
                .toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @EnumSource
    void survivesTruncation(ElfWidth width) {
        Corruption.truncate(good(width, ImageBuilder.Hash.GNU), 200, 200, 3, ImageCorruptionTest::exercise);
    }

    @ParameterizedTest
    @EnumSource
    void survivesDamageAnywhere(ElfWidth width) {
        Corruption.mutate(good(width, ImageBuilder.Hash.GNU), 1_000, 11, ImageCorruptionTest::exercise);
        Corruption.mutate(good(width, ImageBuilder.Hash.SYSTEM_V), 1_000, 12, ImageCorruptionTest::exercise);
    }

    /** Most of an image is empty, so that damage anywhere rarely hits a table: here it always does. */
    @ParameterizedTest
    @EnumSource
    void survivesDamageOfItsTables(ElfWidth width) {
        byte[] good = good(width, ImageBuilder.Hash.GNU);
        for (int round = 0; round < 3_000; round++) {
            Random random = new Random(SEED + round);
            byte[] bad = good.clone();
            for (int change = 1 + random.nextInt(4); change > 0; change--) {
                int at = TABLES[random.nextInt(TABLES.length)] + random.nextInt(0x60);
                bad[at] = (byte) (random.nextBoolean() ? -1 : random.nextInt());
            }
            try {
                exercise(MemorySegment.ofArray(bad));
            } catch (MemflowException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException | Error other) {
                throw new AssertionError("undocumented exception for seed " + (SEED + round), other);
            }
        }
    }

    private static void exercise(MemorySegment bytes) {
        ElfImage image = ElfImage.open(new PagedMemory().put(BASE, bytes), BASE);
        image.exports();
        image.imports();
        image.sections(null);
        image.sections(new PagedMemory().put(0, bytes));
        image.debug();
        image.buildId();
        image.interpreter();
        image.ownName();
        image.needed();
    }
}
