package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.PageType;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Paging.DirtyState;
import io.memflow.core.paging.Aarch64Paging.Hierarchy;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every combination of permission bits against the rules of Arm ARM (DDI 0487), D8.4 and D8.5, written out here again. */
class Aarch64PermissionTest {
    private static final long ROOT = 0x1000;
    private static final long MIDDLE = 0x2000;
    private static final long LAST = 0x3000;

    /** Three levels that all use their first entry. */
    private int flags(PagingFormat format, long upperTable, long lowerTable, long leaf) {
        FrameMemory memory = new FrameMemory();
        memory.put(ROOT, MIDDLE | 3 | upperTable, 8);
        memory.put(MIDDLE, LAST | 3 | lowerTable, 8);
        memory.put(LAST, 0x4000_0003L | leaf, 8);
        Translation out = new Translation();
        assertThat(new PageTableWalker(memory, format).translate(ROOT, 0, out)).isTrue();
        assertThat(out.physical()).isEqualTo(0x4000_0000L);
        return out.pageType();
    }

    /**
     * All AP[2:1], UXN, PXN, nG and DBM of a page under all APTable, UXNTable and PXNTable, the latter in the upper table,
     * in the lower one, and split between both.
     */
    @ParameterizedTest
    @CsvSource({
        "APPLIES, SOFTWARE, UPPER",
        "APPLIES, SOFTWARE, LOWER",
        "APPLIES, SOFTWARE, SPLIT",
        "APPLIES, HARDWARE, LOWER",
        "DISABLED, SOFTWARE, SPLIT",
        "DISABLED, HARDWARE, UPPER"
    })
    void stage1(Hierarchy hierarchy, DirtyState dirtyState, String place) {
        PagingFormat format = Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 39, CanonicalForm.ZEROS)
                .hierarchy(hierarchy)
                .dirtyState(dirtyState));
        for (int leaf = 0; leaf < 64; leaf++) {
            long leafBits =
                    (leaf & 3L) << 6 | (leaf >> 2 & 3L) << 53 | (leaf >> 4 & 1L) << 11 | (leaf >> 5 & 1L) << 51 | 0x400;
            for (int table = 0; table < 16; table++) {
                long tableBits = (long) table << 59;
                long even = tableBits & 0x2800_0000_0000_0000L;
                long upper = place.equals("UPPER") ? tableBits : place.equals("LOWER") ? 0 : even;
                int found = flags(format, upper, tableBits & ~upper, leafBits);
                assertThat(PageTypes.of(found))
                        .as("leaf 0x%x, tables 0x%x", leafBits, tableBits)
                        .isEqualTo(PageTypes.of(
                                expected(leafBits, hierarchy == Hierarchy.APPLIES ? tableBits : 0, dirtyState)));
            }
        }
    }

    /** AP[2:1]: 00 and 10 keep EL0 out, 10 and 11 forbid writes. */
    private static int expected(long leaf, long tables, DirtyState dirtyState) {
        boolean user = bit(leaf, 6);
        boolean writable = !bit(leaf, 7);
        int flags = PageType.ACCESSED;
        if (dirtyState == DirtyState.HARDWARE && bit(leaf, 51)) {
            flags |= writable ? PageType.DIRTY : 0;
            writable = true;
        }
        // APTable[0] takes EL0's access away, APTable[1] everyone's writes.
        user &= !bit(tables, 61);
        writable &= !bit(tables, 62);
        boolean userNoExecute = bit(leaf, 54) || bit(tables, 60);
        boolean privilegedNoExecute = bit(leaf, 53) || bit(tables, 59) || (user && writable);
        flags |= user ? PageType.USER : PageType.SUPERVISOR;
        flags |= writable ? PageType.WRITABLE : PageType.READ_ONLY;
        flags |= userNoExecute ? PageType.USER_NO_EXECUTE : 0;
        flags |= privilegedNoExecute ? PageType.PRIVILEGED_NO_EXECUTE : 0;
        flags |= userNoExecute && privilegedNoExecute ? PageType.NO_EXECUTE : 0;
        return flags | (bit(leaf, 11) ? 0 : PageType.GLOBAL);
    }

    @Test
    void onlyTheLeafSaysWhetherItWasAccessed() {
        PagingFormat format = Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 39, CanonicalForm.ZEROS));
        assertThat(flags(format, 0x400, 0x400, 0) & PageType.ACCESSED).isZero();
        assertThat(flags(format, 0, 0, 0x400) & PageType.ACCESSED).isNotZero();
    }

    /** All S2AP, XN[1:0], AF, contiguous and DBM; bits of table descriptors say nothing at stage 2. */
    @Test
    void stage2() {
        for (DirtyState dirtyState : DirtyState.values()) {
            PagingFormat format = Aarch64Paging.stage2(
                    Aarch64Stage2.of(Aarch64Granule.KIB4, 39, 1).dirtyState(dirtyState));
            for (int leaf = 0; leaf < 128; leaf++) {
                long leafBits =
                        (leaf & 3L) << 6 | (leaf >> 2 & 3L) << 53 | (leaf >> 4 & 1L) << 10 | (leaf >> 5 & 3L) << 51;
                int found = flags(format, 0x7800_0000_0000_0000L, 0x7800_0000_0000_0000L, leafBits);
                assertThat(PageTypes.of(found))
                        .as("leaf 0x%x", leafBits)
                        .isEqualTo(PageTypes.of(expectedStage2(leafBits, dirtyState)));
            }
        }
    }

    private static int expectedStage2(long leaf, DirtyState dirtyState) {
        boolean writable = bit(leaf, 7);
        int flags = bit(leaf, 6) ? 0 : PageType.NO_READ;
        if (dirtyState == DirtyState.HARDWARE && bit(leaf, 51)) {
            flags |= writable ? PageType.DIRTY : 0;
            writable = true;
        }
        flags |= writable ? PageType.WRITABLE : PageType.READ_ONLY;
        flags |= switch ((int) (leaf >>> 53 & 3)) {
            case 0 -> 0;
            case 1 -> PageType.PRIVILEGED_NO_EXECUTE;
            case 2 -> PageType.USER_NO_EXECUTE | PageType.PRIVILEGED_NO_EXECUTE | PageType.NO_EXECUTE;
            default -> PageType.USER_NO_EXECUTE;
        };
        return flags | (bit(leaf, 10) ? PageType.ACCESSED : 0) | (bit(leaf, 52) ? PageType.CONTIGUOUS : 0);
    }

    private static boolean bit(long word, int bit) {
        return (word >>> bit & 1) != 0;
    }
}
