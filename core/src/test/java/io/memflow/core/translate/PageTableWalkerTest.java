package io.memflow.core.translate;

import static io.memflow.core.translate.SyntheticTables.ALL_RIGHTS;
import static io.memflow.core.translate.SyntheticTables.GLOBAL;
import static io.memflow.core.translate.SyntheticTables.NO_EXECUTE;
import static io.memflow.core.translate.SyntheticTables.PAGE_SIZE;
import static io.memflow.core.translate.SyntheticTables.PRESENT;
import static io.memflow.core.translate.SyntheticTables.ROOT;
import static io.memflow.core.translate.SyntheticTables.USER;
import static io.memflow.core.translate.SyntheticTables.WRITABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.X86Paging;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each test runs on 4 and 5 levels, with tables read in place and by requests. */
@ParameterizedClass
@MethodSource("kinds")
class PageTableWalkerTest {
    private final SyntheticTables tables;
    private final PageTableWalker walker;
    private final Translation out = new Translation();
    /** A kernel address and a user address that every format has. */
    private final List<Long> addresses = List.of(0xFFFF_FFFF_8123_4000L, 0x7654_3210_7000L, 0L);

    PageTableWalkerTest(PagingFormat format, Access access) {
        tables = new SyntheticTables(format);
        walker = new PageTableWalker(access == Access.DIRECT ? tables.memory : tables.indirect(), format);
    }

    enum Access {
        DIRECT,
        REQUESTS
    }

    static Stream<Object[]> kinds() {
        return Stream.of(X86Paging.LEVEL4, X86Paging.LEVEL5)
                .flatMap(format -> Stream.of(Access.values()).map(access -> new Object[] {format, access}));
    }

    @AfterEach
    void close() {
        tables.close();
    }

    private boolean translate(long virtual) {
        return walker.translate(ROOT, virtual, out);
    }

    @Test
    void translatesPagesOfEverySize() {
        for (int level = 1; level <= 3; level++) {
            long size = 1L << (12 + 9 * (level - 1));
            long virtual = -size * 4;
            long physical = size * 3;
            tables.map(virtual, level, physical | ALL_RIGHTS);

            assertThat(translate(virtual + size - 5)).isTrue();
            assertThat(out.physical()).isEqualTo(physical + size - 5);
            assertThat(out.pageSize()).isEqualTo(size);
            assertThat(out.level()).isEqualTo(level);
            assertThat(out.fault()).isEqualTo(Fault.NONE);
        }
    }

    @Test
    void keepsThe52BitsOfAFrameOnly() {
        for (long virtual : addresses) {
            tables.map(virtual, 1, 0x7FFF_FFFF_FFFF_F000L | PRESENT | NO_EXECUTE);
            assertThat(translate(virtual)).isTrue();
            assertThat(out.physical()).isEqualTo(0x000F_FFFF_FFFF_F000L);
        }
    }

    @Test
    void ignoresTheAttributeBitInsideALargeFrame() {
        // Bit 12 of a 2 MiB entry is PAT, not address (SDM volume 3A, table 4-18).
        tables.map(0x4000_0000L, 2, 0x20_0000L | 0x1000 | ALL_RIGHTS);

        assertThat(translate(0x4000_0123L)).isTrue();
        assertThat(out.physical()).isEqualTo(0x20_0123L);
    }

    @Test
    void combinesRightsOverTheLevels() {
        long virtual = 0x7654_3210_7000L;
        tables.map(virtual, 1, 0x5000 | ALL_RIGHTS | GLOBAL);
        assertThat(translate(virtual)).isTrue();
        assertThat(out.pageType()).isEqualTo(PageType.WRITABLE | PageType.USER | PageType.GLOBAL);

        long upper = tables.entry(virtual, 3);
        tables.set(upper, (tables.get(upper) | NO_EXECUTE) & ~(WRITABLE | USER));
        assertThat(translate(virtual)).isTrue();
        assertThat(out.pageType())
                .isEqualTo(PageType.READ_ONLY | PageType.SUPERVISOR | PageType.NO_EXECUTE_AT_ALL | PageType.GLOBAL);
    }

    @Test
    void saysWhichLevelIsNotPresentAndHowFarThatReaches() {
        long virtual = 0x7654_3210_7000L;
        for (int level = 1; level <= 4; level++) {
            tables.set(tables.entry(virtual, level), 0x1234_5000L);
            assertThat(translate(virtual)).isFalse();
            assertThat(out.fault()).isEqualTo(Fault.NOT_PRESENT);
            assertThat(out.level()).isEqualTo(level);
            assertThat(out.pageSize()).isEqualTo(1L << (12 + 9 * (level - 1)));
            // The next level up replaces this entry's table, so nothing has to be cleared.
        }
    }

    @Test
    void tablesOutsideMemoryAreUnreadable() {
        for (long hostile : new long[] {SyntheticTables.LENGTH, 0x000F_FFFF_FFFF_F000L}) {
            tables.set(tables.entry(0x4000_0000L, 2), hostile | ALL_RIGHTS);
            assertThat(translate(0x4000_0000L)).isFalse();
            assertThat(out.fault()).isEqualTo(Fault.TABLE_UNREADABLE);
            assertThat(out.level()).isEqualTo(1);
        }
        assertThat(walker.translate(-0x1000, 0, out)).isFalse();
        assertThat(out.fault()).isEqualTo(Fault.TABLE_UNREADABLE);
    }

    @Test
    void pageSizeBitAboveOneGigabyteIsReserved() {
        long entry = tables.entry(0x7654_3210_7000L, 4);
        tables.set(entry, 0x2000 | ALL_RIGHTS | PAGE_SIZE);

        assertThat(translate(0x7654_3210_7000L)).isFalse();
        assertThat(out.fault()).isEqualTo(Fault.RESERVED_BITS);
    }

    @Test
    void refusesAddressesThatAreNotCanonical() {
        long firstBeyond = 1L << (tables.format.virtualBits() - 1);
        assertThat(translate(firstBeyond)).isFalse();
        assertThat(out.fault()).isEqualTo(Fault.NOT_CANONICAL);
        assertThat(translate(-firstBeyond - 1)).isFalse();
        assertThat(out.fault()).isEqualTo(Fault.NOT_CANONICAL);
        assertThat(translate(-firstBeyond)).isFalse();
        assertThat(out.fault()).isEqualTo(Fault.NOT_PRESENT);
    }

    @Test
    void aTableThatNamesItselfEndsAtTheLastLevel() {
        for (int i = 0; i < 512; i++) {
            tables.set(ROOT + i * 8L, ROOT | ALL_RIGHTS);
        }
        for (long virtual : addresses) {
            assertThat(translate(virtual + 0x18)).isTrue();
            assertThat(out.physical()).isEqualTo(ROOT + 0x18);
            assertThat(out.level()).isEqualTo(1);
        }
    }

    @Test
    void randomTablesNeverEscape() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (long at = 0; at < 0x10_0000; at += 8) {
            // Half of the entries stay inside memory, so that walks get deep.
            long inside = random.nextInt(0x100) * 0x1000L | ALL_RIGHTS;
            tables.set(at, random.nextBoolean() ? inside : random.nextLong());
        }
        for (int i = 0; i < 100_000; i++) {
            long root = random.nextInt(0x100) * 0x1000L;
            boolean translated = walker.translate(root, random.nextLong() >> random.nextInt(40), out);
            assertThat(translated).as("seed %d", seed).isEqualTo(out.fault() == Fault.NONE);
            assertThat(Long.bitCount(out.pageSize())).as("seed %d", seed).isEqualTo(1);
        }
    }
}
