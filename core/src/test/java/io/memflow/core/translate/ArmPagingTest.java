package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.PageType;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.ArmPaging;
import io.memflow.core.paging.ArmPaging.AccessFlag;
import io.memflow.core.paging.ArmRegisters;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks over descriptors written out by hand from ARM ARM, ARMv7-A edition (DDI 0406C), B3.5 to B3.7. */
class ArmPagingTest {
    /** AP = 011, nG clear. */
    private static final int ALL = PageType.WRITABLE | PageType.USER | PageType.GLOBAL;

    /** AP = 001, nG clear. */
    private static final int KERNEL = PageType.WRITABLE | PageType.SUPERVISOR | PageType.GLOBAL;

    private static final PagingFormat SHORT_AFE = ArmPaging.shortDescriptors(32, AccessFlag.AP0);

    static Stream<KnownAnswer> answers() {
        return Stream.of(firstLevel(), secondLevel(), splitRoots(), longDescriptors(), smallLongRoots())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void agreesWithTheManual(KnownAnswer answer) {
        answer.check();
    }

    private static List<KnownAnswer> firstLevel() {
        return List.of(
                KnownAnswer.of("section", ArmPaging.SHORT)
                        // Attribute bits of TTBR below the 16 KiB of the table do not count.
                        .root(0x8000_406AL)
                        .entry(0x8000_4000L + 0xC12 * 4, 0x9AB0_0C02L)
                        .at(0xC123_4567L)
                        .maps(0x9AB3_4567L, 0x10_0000, 2, ALL),
                KnownAnswer.of("section, never executed, not global", ArmPaging.SHORT)
                        .root(0x8000_4000L)
                        .entry(0x8000_4000L + 0xC12 * 4, 0x9ABA_8412L)
                        .at(0xC123_4567L)
                        .maps(
                                0x9AB3_4567L,
                                0x10_0000,
                                2,
                                PageType.READ_ONLY | PageType.SUPERVISOR | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("section that privileged modes do not execute", ArmPaging.SHORT)
                        .root(0x8000_4000L)
                        .entry(0x8000_4000L + 0xC12 * 4, 0x9AB0_0C03L)
                        .at(0xC123_4567L)
                        .maps(0x9AB3_4567L, 0x10_0000, 2, ALL | PageType.PRIVILEGED_NO_EXECUTE),
                KnownAnswer.of("supersection with a 40-bit address", ArmPaging.SHORT)
                        .root(0x8000_4000L)
                        // Address bits 39 to 36 = 9 in bits 8 to 5, 35 to 32 = 6 in bits 23 to 20.
                        .entry(0x8000_4000L + 0xC12 * 4, 0xAB64_0522L)
                        .at(0xC123_4567L)
                        .maps(0x96_AB23_4567L, 0x100_0000, 2, KERNEL),
                KnownAnswer.of("reserved permissions in a section", ArmPaging.SHORT)
                        .root(0x8000_4000L)
                        .entry(0x8000_4000L, 0x9AB0_8002L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 2, 0x10_0000),
                KnownAnswer.of("reserved permissions in a supersection", ArmPaging.SHORT)
                        .root(0x8000_4000L)
                        .entry(0x8000_4000L, 0x9A04_8003L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 2, 0x10_0000),
                KnownAnswer.of("absent", ArmPaging.SHORT)
                        .root(0x8000_4000L)
                        .entry(0x8000_7FFCL, 0xFFFF_FFFCL)
                        .at(0xFFFF_FFFFL)
                        .faults(Fault.NOT_PRESENT, 2, 0x10_0000),
                KnownAnswer.of("no address above 32 bits", ArmPaging.SHORT)
                        .at(1L << 32)
                        .notCanonical());
    }

    private static KnownAnswer secondLevel(String name, PagingFormat format, long table, long entry) {
        return KnownAnswer.of(name, format)
                .root(0x8000_4000L)
                .entry(0x8000_4000L + 0x123 * 4, table)
                .entry(0x8000_8C00L + 0x45 * 4, entry)
                .at(0x1234_5678L);
    }

    private static List<KnownAnswer> secondLevel() {
        long table = 0x8000_8DE1L;
        return List.of(
                secondLevel("small page", ArmPaging.SHORT, table, 0x9ABC_D03EL).maps(0x9ABC_D678L, 0x1000, 1, ALL),
                secondLevel("small page, never executed, not global", ArmPaging.SHORT, table, 0x9ABC_D83FL)
                        .maps(0x9ABC_D678L, 0x1000, 1, PageType.WRITABLE | PageType.USER | PageType.NO_EXECUTE_AT_ALL),
                secondLevel("small page below PXN of its table", ArmPaging.SHORT, table | 4, 0x9ABC_D012L)
                        .maps(0x9ABC_D678L, 0x1000, 1, KERNEL | PageType.PRIVILEGED_NO_EXECUTE),
                secondLevel("large page", ArmPaging.SHORT, table, 0x9ABC_0031L).maps(0x9ABC_5678L, 0x1_0000, 1, ALL),
                secondLevel("large page, never executed", ArmPaging.SHORT, table, 0x9ABC_8231L)
                        .maps(
                                0x9ABC_5678L,
                                0x1_0000,
                                1,
                                PageType.READ_ONLY | PageType.USER | PageType.GLOBAL | PageType.NO_EXECUTE_AT_ALL),
                secondLevel("reserved permissions in a small page", ArmPaging.SHORT, table, 0x9ABC_D202L)
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                secondLevel("reserved permissions in a large page", ArmPaging.SHORT, table, 0x9ABC_0201L)
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                secondLevel("the same are legal with an access flag", SHORT_AFE, table, 0x9ABC_0201L)
                        .maps(0x9ABC_5678L, 0x1_0000, 1, PageType.READ_ONLY | PageType.SUPERVISOR | PageType.GLOBAL),
                secondLevel("absent page", ArmPaging.SHORT, table, 0x9ABC_D03CL).faults(Fault.NOT_PRESENT, 1, 0x1000),
                secondLevel("table outside memory", ArmPaging.SHORT, 0xF000_0001L, 0)
                        .faults(Fault.TABLE_UNREADABLE, 1, 0x1000));
    }

    private static List<KnownAnswer> splitRoots() {
        return List.of(
                KnownAnswer.of("TTBCR.N = 1: 2048 entries", ArmPaging.shortDescriptors(31, AccessFlag.NONE))
                        .root(0x8000_6000L)
                        .entry(0x8000_7FFCL, 0x9AB0_0C02L)
                        .at(0x7FF1_2345L)
                        .maps(0x9AB1_2345L, 0x10_0000, 2, ALL),
                KnownAnswer.of("TTBCR.N = 7: 32 entries", ArmPaging.shortDescriptors(25, AccessFlag.NONE))
                        .root(0x8000_4080L)
                        .entry(0x8000_40FCL, 0x9AB0_0C02L)
                        .at(0x01F1_2345L)
                        .maps(0x9AB1_2345L, 0x10_0000, 2, ALL),
                KnownAnswer.of("TTBCR.N = 7: beyond", ArmPaging.shortDescriptors(25, AccessFlag.NONE))
                        .at(0x0200_0000L)
                        .notCanonical());
    }

    private static List<KnownAnswer> longDescriptors() {
        return List.of(
                KnownAnswer.of("LPAE: page", ArmPaging.LPAE)
                        .root(0x0012_0008_8000_0021L)
                        .entry(0x08_8000_0038L, 0x08_8000_1003L)
                        .entry(0x08_8000_1FF8L, 0x08_8000_2003L)
                        .entry(0x08_8000_2010L, 0x0060_00AB_CDEF_0743L | 1L << 52)
                        .at(0xFFE0_2ABCL)
                        .maps(
                                0xAB_CDEF_0ABCL,
                                0x1000,
                                1,
                                ALL | PageType.ACCESSED | PageType.CONTIGUOUS | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("LPAE: block of 2 MiB", ArmPaging.LPAE)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_1003L)
                        .entry(0x8000_1008L, 0xFF_0060_0F81L)
                        .at(0x0032_1098L)
                        .maps(
                                0xFF_0072_1098L,
                                0x20_0000,
                                2,
                                PageType.READ_ONLY | PageType.SUPERVISOR | PageType.ACCESSED),
                KnownAnswer.of("LPAE: block of 1 GiB", ArmPaging.LPAE)
                        .root(0x8000_0000L)
                        .entry(0x8000_0010L, 0x40_C000_0741L)
                        .at(0x8765_4321L)
                        .maps(0x40_C765_4321L, 0x4000_0000, 3, ALL | PageType.ACCESSED),
                KnownAnswer.of("LPAE: 01 at the last level", ArmPaging.LPAE)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_0003L)
                        .entry(0x8000_0008L, 0x8000_0741L)
                        .at(0x1000)
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                KnownAnswer.of("LPAE: address above 40 bits", ArmPaging.LPAE)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x100_8000_0003L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 3, 0x4000_0000),
                KnownAnswer.of("LPAE: absent", ArmPaging.LPAE)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_0002L)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 3, 0x4000_0000));
    }

    private static List<KnownAnswer> smallLongRoots() {
        int flags = KERNEL | PageType.ACCESSED;
        return List.of(
                KnownAnswer.of("T0SZ = 1: two entries at level 1", ArmPaging.longDescriptors(31, CanonicalForm.ZEROS))
                        .root(0x8000_0010L)
                        .entry(0x8000_0018L, 0x4000_0701L)
                        .at(0x7FFF_FFFFL)
                        .maps(0x7FFF_FFFFL, 0x4000_0000, 3, flags),
                KnownAnswer.of("T0SZ = 2: starts at level 2", ArmPaging.longDescriptors(30, CanonicalForm.ZEROS))
                        .root(0x8000_0000L)
                        .entry(0x8000_0FF8L, 0x4000_0701L)
                        .at(0x3FFF_FFFFL)
                        .maps(0x401F_FFFFL, 0x20_0000, 2, flags),
                KnownAnswer.of("T1SZ = 7: 16 entries at level 2", ArmPaging.longDescriptors(25, CanonicalForm.ONES))
                        .root(0x8000_0080L)
                        .entry(0x8000_00F8L, 0x8000_1003L)
                        .entry(0x8000_1FF8L, 0x4000_0703L)
                        .at(0xFFFF_F123L)
                        .maps(0x4000_0123L, 0x1000, 1, flags),
                KnownAnswer.of("T1SZ = 7: below", ArmPaging.longDescriptors(25, CanonicalForm.ONES))
                        .at(0xFDFF_FFFFL)
                        .notCanonical(),
                KnownAnswer.of("T1SZ = 0: the whole space", ArmPaging.longDescriptors(32, CanonicalForm.ONES))
                        .root(0x8000_0000L)
                        .entry(0x8000_0008L, 0x4000_0701L)
                        .at(0x4000_0042L)
                        .maps(0x4000_0042L, 0x4000_0000, 3, flags));
    }

    /** Every AP[2:0], XN, PXN and nG of sections, supersections, large and small pages, with and without access flag. */
    @Test
    void everyShortPermission() {
        for (AccessFlag accessFlag : AccessFlag.values()) {
            for (int combination = 0; combination < 128; combination++) {
                int ap = combination & 7;
                boolean neverExecuted = (combination & 8) != 0;
                boolean privilegedNever = (combination & 16) != 0;
                boolean notGlobal = (combination & 32) != 0;
                boolean large = (combination & 64) != 0;
                int expected = expected(ap, accessFlag)
                        | (neverExecuted ? PageType.NO_EXECUTE_AT_ALL : 0)
                        | (privilegedNever ? PageType.PRIVILEGED_NO_EXECUTE : 0)
                        | (notGlobal ? 0 : PageType.GLOBAL);
                long section = 2
                        | (privilegedNever ? 1 : 0)
                        | (neverExecuted ? 0x10 : 0)
                        | (ap & 3L) << 10
                        | (ap >> 2 & 1L) << 15
                        | (notGlobal ? 1L << 17 : 0)
                        | (large ? 1L << 18 : 0);
                long page = (large ? 1 | (neverExecuted ? 1L << 15 : 0) : 2 | (neverExecuted ? 1 : 0))
                        | (ap & 3L) << 4
                        | (ap >> 2 & 1L) << 9
                        | (notGlobal ? 1L << 11 : 0);
                boolean reserved = accessFlag == AccessFlag.NONE && ap == 4;
                checkShort(accessFlag, section, 0x1001, 0, reserved, expected);
                checkShort(accessFlag, privilegedNever ? 0x1405 : 0x1401, 0x1400, page, reserved, expected);
            }
        }
    }

    private static void checkShort(
            AccessFlag accessFlag, long first, long secondAt, long second, boolean reserved, int expected) {
        FrameMemory memory = new FrameMemory();
        memory.put(0x4000, first, 4);
        memory.put(secondAt, second, 4);
        Translation out = new Translation();
        new PageTableWalker(memory, ArmPaging.shortDescriptors(32, accessFlag)).translate(0x4000, 0, out);
        assertThat(out.fault()).as("0x%x 0x%x", first, second).isEqualTo(reserved ? Fault.RESERVED_BITS : Fault.NONE);
        if (!reserved) {
            assertThat(PageTypes.of(out.pageType()))
                    .as("0x%x 0x%x", first, second)
                    .isEqualTo(PageTypes.of(expected));
        }
    }

    private static int expected(int ap, AccessFlag accessFlag) {
        if (accessFlag == AccessFlag.AP0) {
            return ((ap & 1) != 0 ? PageType.ACCESSED : 0)
                    | ((ap & 2) != 0 ? PageType.USER : PageType.SUPERVISOR)
                    | ((ap & 4) != 0 ? PageType.READ_ONLY : PageType.WRITABLE);
        }
        return switch (ap) {
            case 0 -> PageType.NO_READ | PageType.READ_ONLY | PageType.SUPERVISOR | PageType.NO_EXECUTE_AT_ALL;
            case 1 -> PageType.WRITABLE | PageType.SUPERVISOR;
            case 2, 3 -> PageType.WRITABLE | PageType.USER;
            case 5 -> PageType.READ_ONLY | PageType.SUPERVISOR;
            default -> PageType.READ_ONLY | PageType.USER;
        };
    }

    /** Every AP[2:1], XN, PXN and nG of a long descriptor under every APTable, XNTable and PXNTable. */
    @Test
    void everyLongPermission() {
        for (int leaf = 0; leaf < 32; leaf++) {
            long leafBits = (leaf & 3L) << 6 | (leaf >> 2 & 3L) << 53 | (leaf >> 4 & 1L) << 11;
            for (int table = 0; table < 16; table++) {
                FrameMemory memory = new FrameMemory();
                memory.put(0x1000, 0x2003 | (long) table << 59, 8);
                memory.put(0x2000, 0x4000_0001L | leafBits, 8);
                Translation out = new Translation();
                assertThat(new PageTableWalker(memory, ArmPaging.LPAE).translate(0x1000, 0, out))
                        .isTrue();
                boolean user = (leaf & 1) != 0 && (table & 4) == 0;
                boolean writable = (leaf & 2) == 0 && (table & 8) == 0;
                boolean never = (leaf & 8) != 0 || (table & 2) != 0;
                boolean privilegedNever = (leaf & 4) != 0 || (table & 1) != 0;
                int expected = (user ? PageType.USER : PageType.SUPERVISOR)
                        | (writable ? PageType.WRITABLE : PageType.READ_ONLY)
                        | (never ? PageType.NO_EXECUTE_AT_ALL : 0)
                        | (privilegedNever ? PageType.PRIVILEGED_NO_EXECUTE : 0)
                        | ((leaf & 16) != 0 ? 0 : PageType.GLOBAL);
                assertThat(PageTypes.of(out.pageType()))
                        .as("leaf 0x%x table %d", leafBits, table)
                        .isEqualTo(PageTypes.of(expected));
            }
        }
    }

    @Test
    void refusesSizesThatTtbcrCannotHold() {
        assertThatThrownBy(() -> ArmPaging.shortDescriptors(24, AccessFlag.NONE))
                .hasMessageContaining("25 to 32");
        assertThatThrownBy(() -> ArmPaging.longDescriptors(33, CanonicalForm.ZEROS))
                .hasMessageContaining("25 to 32");
    }

    @Test
    void readsShortDescriptorRegisters() {
        assertThat(ArmRegisters.addressSpace(0, 0x8000_406AL, 0x1234_5678L, 0))
                .isEqualTo(AddressSpace.of(ArmPaging.SHORT, 0x8000_4000L));
        // N = 2: a root of 4 KiB for the lowest GiB; SCTLR.AFE.
        AddressSpace split = ArmRegisters.addressSpace(2, 0x8000_1FFFL, 0x8000_406AL, 1L << 29);
        assertThat(split.lower())
                .isEqualTo(new AddressSpace.Tree(ArmPaging.shortDescriptors(30, AccessFlag.AP0), 0x8000_1000L));
        assertThat(split.upper()).contains(new AddressSpace.Tree(SHORT_AFE, 0x8000_4000L));
        assertThat(ArmRegisters.addressSpace(2 | 1 << 5, 0, 0, 0).upper()).isEmpty();
        assertThat(ArmRegisters.addressSpace(2 | 1 << 4, 0, 0x8000_4000L, 0)
                        .lower()
                        .root())
                .isEqualTo(0x8000_4000L);
        assertThatThrownBy(() -> ArmRegisters.addressSpace(2 | 3 << 4, 0, 0, 0))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("TTBCR 0x32");
    }

    @Test
    void readsLongDescriptorRegisters() {
        long eae = 1L << 31;
        assertThat(ArmRegisters.addressSpace(eae, 0x0011_0008_8000_0020L, 0, 0))
                .isEqualTo(AddressSpace.of(ArmPaging.LPAE, 0x08_8000_0020L));
        // What Linux sets for a 3 GiB / 1 GiB split: T1SZ = 2.
        AddressSpace linux = ArmRegisters.addressSpace(eae | 2 << 16, 0x8000_0020L, 0x0011_0000_8000_3001L, 0);
        assertThat(linux.lower()).isEqualTo(new AddressSpace.Tree(ArmPaging.LPAE, 0x8000_0020L));
        assertThat(linux.upper())
                .contains(new AddressSpace.Tree(ArmPaging.longDescriptors(30, CanonicalForm.ONES), 0x8000_3000L));
        assertThat(ArmRegisters.addressSpace(eae | 2 << 16 | 1 << 23, 0, 0, 0).upper())
                .isEmpty();
        assertThat(ArmRegisters.addressSpace(eae | 2 << 16 | 1 << 7, 0, 0x8000_3000L, 0)
                        .lower()
                        .root())
                .isEqualTo(0x8000_3000L);
    }
}
