package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.WidePaging;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ten levels of 16-byte entries whose tables, root and frames all lie at different upper address words. */
class WidePagingTest {
    private static final long ROOT_UPPER = 0xFEDC_BA98_7654_3210L;
    private static final long ROOT = 0xFFFF_0000_1234_0000L;
    private static final int ALL =
            PageType.WRITABLE | PageType.USER | PageType.ACCESSED | PageType.DIRTY | PageType.GLOBAL;

    private final FrameMemory memory = new FrameMemory();
    private final PageTableWalker walker = new PageTableWalker(memory, WidePaging.FORMAT);
    private final Translation out = new Translation();

    /** Where the table that an index path reaches lies. */
    private static long tableUpper(int level) {
        return level == 10 ? ROOT_UPPER : 0x1111_1111_1111_1111L * level;
    }

    private static long table(int level) {
        return level == 10 ? ROOT : 0x8000_0000_0000_0000L | (long) level << 32;
    }

    private void entry(int level, int index, long upper, long lower) {
        memory.put(tableUpper(level), table(level) + index * 16L, lower, 8);
        memory.put(tableUpper(level), table(level) + index * 16L + 8, upper, 8);
    }

    /** Indices 0xF at the root, then 0xA00 + level; down to, but without, a level. */
    private void tablesAbove(int level) {
        for (int i = 10; i > level; i--) {
            entry(i, i == 10 ? 0xF : 0xA00 + i, tableUpper(i - 1), table(i - 1) | 0x7);
        }
    }

    // The address of these indices and offset 0xBEEF, digit by digit: F A09 A08 A07 A06 | A05 A04 A03 A02 A01 BEEF.
    private static final long VIRTUAL_UPPER = 0xFA09_A08A_07A0_6A05L;
    private static final long VIRTUAL = 0xA04A_03A0_2A01_BEEFL;

    private void translate(Fault expected, int level) {
        walker.translate(ROOT_UPPER, ROOT, VIRTUAL_UPPER, VIRTUAL, out);
        assertThat(out.fault()).isEqualTo(expected);
        assertThat(out.level()).isEqualTo(level);
    }

    @Test
    void usesBothWordsOfTablesAndFrames() {
        tablesAbove(1);
        entry(1, 0xA01, 0x0123_4567_89AB_CDEFL, 0x7777_8888_9999_0077L);

        translate(Fault.NONE, 1);
        assertThat(out.physicalUpper()).isEqualTo(0x0123_4567_89AB_CDEFL);
        assertThat(out.physical()).isEqualTo(0x7777_8888_9999_BEEFL);
        assertThat(out.pageSize()).isEqualTo(0x1_0000);
        assertThat(PageTypes.of(out.pageType())).isEqualTo(PageTypes.of(ALL));
    }

    @Test
    void mapsLargePages() {
        tablesAbove(2);
        entry(2, 0xA02, -1L, 0x7777_8888_9000_0089L);
        translate(Fault.NONE, 2);
        assertThat(out.physicalUpper()).isEqualTo(-1L);
        assertThat(out.physical()).isEqualTo(0x7777_8888_9A01_BEEFL);
        assertThat(out.pageSize()).isEqualTo(1L << 28);
        assertThat(out.pageType()).isEqualTo(PageType.READ_ONLY | PageType.SUPERVISOR | PageType.NO_EXECUTE_AT_ALL);

        entry(3, 0xA03, 5, 0x7777_8800_0000_0087L);
        translate(Fault.NONE, 3);
        assertThat(out.physicalUpper()).isEqualTo(5);
        assertThat(out.physical()).isEqualTo(0x7777_88A0_2A01_BEEFL);
        assertThat(out.pageSize()).isEqualTo(1L << 40);
    }

    @Test
    void anotherUpperWordIsAnotherAddress() {
        tablesAbove(1);
        entry(1, 0xA01, 1, 0x7777_8888_9999_0077L);
        walker.translate(ROOT_UPPER, ROOT, VIRTUAL_UPPER ^ 1L << 63, VIRTUAL, out);
        assertThat(out.fault()).isEqualTo(Fault.NOT_PRESENT);
        assertThat(out.level()).isEqualTo(10);
        walker.translate(ROOT_UPPER, ROOT, VIRTUAL_UPPER ^ 1, VIRTUAL, out);
        assertThat(out.fault()).isEqualTo(Fault.NOT_PRESENT);
        assertThat(out.level()).isEqualTo(5);
        walker.translate(ROOT_UPPER + 1, ROOT, VIRTUAL_UPPER, VIRTUAL, out);
        assertThat(out.fault()).isEqualTo(Fault.TABLE_UNREADABLE);
        assertThat(out.level()).isEqualTo(10);
    }

    @Test
    void namesEveryCause() {
        tablesAbove(6);
        entry(6, 0xA06, 0, 0x6);
        translate(Fault.NOT_PRESENT, 6);
        // A span of 2^76 bytes has no place in 64 bits.
        assertThat(out.pageSize()).isZero();
        entry(6, 0xA06, 0, 0x87);
        translate(Fault.RESERVED_BITS, 6);
        entry(6, 0xA06, 0, 0x107);
        translate(Fault.RESERVED_BITS, 6);
        entry(6, 0xA06, 42, 0x7);
        translate(Fault.TABLE_UNREADABLE, 5);
        tablesAbove(1);
        entry(1, 0xA01, 0, 0x9999_8007L);
        translate(Fault.RESERVED_BITS, 1);
        entry(2, 0xA02, 0, 0x9999_0087L);
        translate(Fault.RESERVED_BITS, 2);
        assertThat(out.pageSize()).isEqualTo(1L << 28);
    }

    @Test
    void listsAndWalksAgreeWithSingleAddresses() {
        tablesAbove(1);
        entry(1, 0xA01, 0x0123_4567_89AB_CDEFL, 0x7777_8888_9999_0077L);
        entry(1, 0xA02, -1L, 0x1_0007L);
        AddressSpace.Tree tree = new AddressSpace.Tree(WidePaging.FORMAT, ROOT, ROOT_UPPER);

        TranslationList list = new TranslationList();
        list.upper(VIRTUAL_UPPER);
        for (long virtual : new long[] {VIRTUAL, 0, VIRTUAL + 0x1_0000, VIRTUAL + 0x2_0000, VIRTUAL}) {
            list.add(virtual);
        }
        walker.translate(tree, list);
        for (int i : new int[] {0, 4}) {
            assertThat(list.physicalUpper(i)).isEqualTo(0x0123_4567_89AB_CDEFL);
            assertThat(list.physical(i)).isEqualTo(0x7777_8888_9999_BEEFL);
            assertThat(PageTypes.of(list.pageType(i))).isEqualTo(PageTypes.of(ALL));
        }
        assertThat(list.fault(1)).isEqualTo(Fault.TABLE_UNREADABLE);
        assertThat(list.level(1)).isEqualTo(4);
        assertThat(list.physicalUpper(2)).isEqualTo(-1L);
        assertThat(list.physical(2)).isEqualTo(0x1_BEEFL);
        assertThat(list.fault(3)).isEqualTo(Fault.NOT_PRESENT);

        List<String> found = new ArrayList<>();
        WalkEnd end = new PageTableWalk(walker).walk(tree, new MappingSink() {
            private long virtualUpper;
            private long physicalUpper;

            @Override
            public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
                found.add("%x:%x to %x:%x, %x".formatted(virtualUpper, virtual, physicalUpper, physical, length));
                return true;
            }

            @Override
            public void upper(long virtual, long physical) {
                virtualUpper = virtual;
                physicalUpper = physical;
            }
        });
        assertThat(end).isEqualTo(WalkEnd.COMPLETE);
        assertThat(found)
                .containsExactly(
                        "fa09a08a07a06a05:a04a03a02a010000 to 123456789abcdef:7777888899990000, 10000",
                        "fa09a08a07a06a05:a04a03a02a020000 to ffffffffffffffff:10000, 10000");
    }
}
