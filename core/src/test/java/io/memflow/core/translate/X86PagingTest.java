package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.paging.X86Registers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks over entries written out by hand from Intel SDM volume 3A, chapter 4. */
class X86PagingTest {
    private static final long XD = 1L << 63;
    /** Flags of 0x67: P, R/W, U/S, A, D. */
    private static final int ALL = PageType.WRITABLE | PageType.USER | PageType.ACCESSED | PageType.DIRTY;

    static Stream<KnownAnswer> answers() {
        return Stream.of(bits32(), pse36(), pae(), paeReserved(), fourLevels(), fiveLevels(), nested())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void agreesWithTheManual(KnownAnswer answer) {
        answer.check();
    }

    private static List<KnownAnswer> bits32() {
        return List.of(
                KnownAnswer.of("32-bit: page of the upper half", X86Paging.BITS32)
                        .root(0x0012_3018L)
                        .entry(0x0012_3C04L, 0x0045_6067L)
                        .entry(0x0045_68D0L, 0xFEDC_B167L)
                        .at(0xC063_4ABCL)
                        .maps(0xFEDC_BABCL, 0x1000, 1, ALL | PageType.GLOBAL),
                KnownAnswer.of("32-bit: rights are those of both levels", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        .entry(0x0012_3C04L, 0x0045_6063L)
                        .entry(0x0045_68D0L, 0xFEDC_B005L)
                        .at(0xC063_4ABCL)
                        .maps(0xFEDC_BABCL, 0x1000, 1, PageType.READ_ONLY | PageType.SUPERVISOR),
                KnownAnswer.of("32-bit: absent table", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        .entry(0x0012_3FFCL, 0xFFFF_FFFEL)
                        .at(0xFFFF_FFFFL)
                        .faults(Fault.NOT_PRESENT, 2, 0x40_0000),
                KnownAnswer.of("32-bit: absent page", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        .entry(0x0012_3000L, 0x0012_3067L)
                        .at(0x1000)
                        .faults(Fault.NOT_PRESENT, 1, 0x1000),
                KnownAnswer.of("32-bit: table outside memory", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        .entry(0x0012_3000L, 0xF000_0067L)
                        .at(0)
                        .faults(Fault.TABLE_UNREADABLE, 1, 0x1000),
                KnownAnswer.of("32-bit: no address above 32 bits", X86Paging.BITS32)
                        .at(1L << 32)
                        .notCanonical());
    }

    private static List<KnownAnswer> pse36() {
        return List.of(
                KnownAnswer.of("PSE: page of 4 MiB", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        .entry(0x0012_3C04L, 0x8040_00E7L)
                        .at(0xC063_4ABCL)
                        .maps(0x8063_4ABCL, 0x40_0000, 2, ALL),
                KnownAnswer.of("PSE: bit 12 is PAT, not address", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        .entry(0x0012_3C04L, 0x8040_10E7L)
                        .at(0xC063_4ABCL)
                        .maps(0x8063_4ABCL, 0x40_0000, 2, ALL),
                KnownAnswer.of("PSE-36: bits 20 to 13 are address bits 39 to 32", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        // 0xA5 << 13 = 0x14A000.
                        .entry(0x0012_3C04L, 0x8054_A1E7L)
                        .at(0xC063_4ABCL)
                        .maps(0xA5_8063_4ABCL, 0x40_0000, 2, ALL | PageType.GLOBAL),
                KnownAnswer.of("PSE-36: bit 21 is reserved", X86Paging.BITS32)
                        .root(0x0012_3000L)
                        .entry(0x0012_3C04L, 0x8060_00E7L)
                        .at(0xC063_4ABCL)
                        .faults(Fault.RESERVED_BITS, 2, 0x40_0000),
                KnownAnswer.of("CR4.PSE clear: bit 7 of a directory entry means nothing", X86Paging.BITS32_SMALL_PAGES)
                        .root(0x0012_3000L)
                        .entry(0x0012_3C04L, 0x0045_60E7L)
                        .entry(0x0045_68D0L, 0xFEDC_B067L)
                        .at(0xC063_4ABCL)
                        .maps(0xFEDC_BABCL, 0x1000, 1, ALL));
    }

    private static List<KnownAnswer> pae() {
        return List.of(
                KnownAnswer.of("PAE: page, root of 32 bytes", X86Paging.PAE)
                        // Bits 4 and 3 of CR3 are cache controls.
                        .root(0x0012_3078L)
                        .entry(0x0012_3078L, 0x1_0000_1001L)
                        .entry(0x1_0000_1018L, 0xF_0000_2067L)
                        .entry(0xF_0000_21A0L, 0x000A_BCDE_F123_4067L)
                        .at(0xC063_4ABCL)
                        .maps(0x000A_BCDE_F123_4ABCL, 0x1000, 1, ALL),
                KnownAnswer.of("PAE: page of 2 MiB, not executable", X86Paging.PAE)
                        .root(0x0012_3060L)
                        .entry(0x0012_3078L, 0x0000_1001L)
                        .entry(0x0000_1018L, XD | 0xE_0080_00A5L)
                        .at(0xC063_4ABCL)
                        .maps(
                                0xE_0083_4ABCL,
                                0x20_0000,
                                2,
                                PageType.READ_ONLY | PageType.USER | PageType.ACCESSED | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("PAE: a pointer that QEMU marked accessed", X86Paging.PAE)
                        .root(0x1000)
                        .entry(0x1000, 0x2021)
                        .entry(0x2000, 0)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 2, 0x20_0000),
                KnownAnswer.of("PAE: absent pointer", X86Paging.PAE)
                        .root(0x0012_3060L)
                        .entry(0x0012_3060L, 0x1000)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 3, 0x4000_0000));
    }

    private static List<KnownAnswer> paeReserved() {
        List<KnownAnswer> answers = new ArrayList<>();
        for (int bit : new int[] {1, 2, 6, 7, 8, 52, 57, 62, 63}) {
            answers.add(KnownAnswer.of("PAE: bit " + bit + " of a pointer", X86Paging.PAE)
                    .root(0x1000)
                    .entry(0x1000, 0x2001 | 1L << bit)
                    .at(0)
                    .faults(Fault.RESERVED_BITS, 3, 0x4000_0000));
        }
        for (int bit = 52; bit <= 62; bit++) {
            answers.add(KnownAnswer.of("PAE: bit " + bit + " of a directory entry", X86Paging.PAE)
                    .root(0x1000)
                    .entry(0x1000, 0x2001)
                    .entry(0x2000, 0x3067 | 1L << bit)
                    .at(0)
                    .faults(Fault.RESERVED_BITS, 2, 0x20_0000));
            answers.add(KnownAnswer.of("PAE: bit " + bit + " of a page's entry", X86Paging.PAE)
                    .root(0x1000)
                    .entry(0x1000, 0x2001)
                    .entry(0x2000, 0x3067)
                    .entry(0x3000, 0x5067 | 1L << bit)
                    .at(0)
                    .faults(Fault.RESERVED_BITS, 1, 0x1000));
        }
        answers.add(KnownAnswer.of("PAE: address bit inside a page of 2 MiB", X86Paging.PAE)
                .root(0x1000)
                .entry(0x1000, 0x2001)
                .entry(0x2000, 0x20_20E7L)
                .at(0)
                .faults(Fault.RESERVED_BITS, 2, 0x20_0000));
        return answers;
    }

    private static List<KnownAnswer> fourLevels() {
        return List.of(
                KnownAnswer.of("4 levels: bits 62 to 52 are ignored, protection keys among them", X86Paging.LEVEL4)
                        .root(0x0000_0000_0012_3FFFL)
                        .entry(0x0012_3FF8L, 0x7FF0_0000_0000_1067L)
                        .entry(0x1FF0L, 0x2067)
                        .entry(0x2008L, 0x3067)
                        .entry(0x3010L, 0x7FF0_0000_FFFF_F167L)
                        .at(0xFFFF_FFFF_8020_2123L)
                        .maps(0xFFFF_F123L, 0x1000, 1, ALL | PageType.GLOBAL),
                KnownAnswer.of("4 levels: page of 1 GiB", X86Paging.LEVEL4)
                        .root(0x1000)
                        .entry(0x1FF8L, 0x2067)
                        .entry(0x2FF0L, XD | 0x0008_0000_4000_10E7L)
                        .at(0xFFFF_FFFF_8020_2123L)
                        .maps(0x0008_0000_4020_2123L, 0x4000_0000, 3, ALL | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("4 levels: address bit inside a page of 1 GiB", X86Paging.LEVEL4)
                        .root(0x1000)
                        .entry(0x1FF8L, 0x2067)
                        .entry(0x2FF0L, 0x2000_00E7L)
                        .at(0xFFFF_FFFF_8020_2123L)
                        .faults(Fault.RESERVED_BITS, 3, 0x4000_0000));
    }

    private static List<KnownAnswer> fiveLevels() {
        return List.of(
                KnownAnswer.of("5 levels: page", X86Paging.LEVEL5)
                        .root(0x1000)
                        .entry(0x1800L, 0x2067)
                        .entry(0x2008L, 0x3067)
                        .entry(0x3010L, 0x4067)
                        .entry(0x4018L, 0x5067)
                        .entry(0x5020L, 0x9067)
                        .at(0xFF00_0080_8060_4ABCL)
                        .maps(0x9ABCL, 0x1000, 1, ALL),
                KnownAnswer.of("5 levels: page size bit of level 5", X86Paging.LEVEL5)
                        .root(0x1000)
                        .entry(0x1800L, 0x20E7)
                        .at(0xFF00_0080_8060_4ABCL)
                        .faults(Fault.RESERVED_BITS, 5, 1L << 48));
    }

    private static List<KnownAnswer> nested() {
        return List.of(
                KnownAnswer.of("nested: guest-physical addresses have no sign", X86Paging.NESTED4)
                        .root(0x1000)
                        .entry(0x1FF8L, 0x2067)
                        .entry(0x2FF0L, 0x4000_00E7L)
                        .at(0x0000_FFFF_8020_2123L)
                        .maps(0x4020_2123L, 0x4000_0000, 3, ALL),
                KnownAnswer.of("nested: no address of 49 bits", X86Paging.NESTED4)
                        .at(0xFFFF_FFFF_8020_2123L)
                        .notCanonical(),
                KnownAnswer.of("nested: 57 bits", X86Paging.NESTED5)
                        .root(0x1000)
                        .entry(0x1800L, 0x2067)
                        .entry(0x2000L, 0x3067)
                        .entry(0x3000L, 0x4000_00E7L)
                        .at(0x0100_0000_0000_0042L)
                        .maps(0x4000_0042L, 0x4000_0000, 3, ALL));
    }

    /** All R/W, U/S and XD of three levels of PAE's two and long mode's four: AND, AND, OR. */
    @Test
    void rightsOfAllLevelsCombine() {
        for (int combination = 0; combination < 512; combination++) {
            FrameMemory memory = new FrameMemory();
            boolean writable = true;
            boolean user = true;
            boolean noExecute = false;
            memory.put(0x1000, 0x2007, 8);
            for (int level = 0; level < 3; level++) {
                int bits = combination >> (3 * level) & 7;
                writable &= (bits & 1) != 0;
                user &= (bits & 2) != 0;
                noExecute |= (bits & 4) != 0;
                long next = level == 2 ? 0x9000 : 0x3000 + level * 0x1000L;
                memory.put(0x2000 + level * 0x1000L, next | 1 | (bits & 3L) << 1 | (bits >> 2 & 1L) << 63, 8);
            }
            Translation out = new Translation();
            assertThat(new PageTableWalker(memory, X86Paging.LEVEL4).translate(0x1000, 0, out))
                    .isTrue();
            int expected = (writable ? PageType.WRITABLE : PageType.READ_ONLY)
                    | (user ? PageType.USER : PageType.SUPERVISOR)
                    | (noExecute ? PageType.NO_EXECUTE_AT_ALL : 0);
            assertThat(PageTypes.of(out.pageType())).as("%o", combination).isEqualTo(PageTypes.of(expected));
        }
    }

    @Test
    void readsTheControlRegisters() {
        long paging = 0x8005_0033L;
        assertThat(X86Registers.addressSpace(0x11, 0, 0, 0)).isEmpty();
        assertThat(X86Registers.addressSpace(paging, 0x0012_3018L, 0, 0))
                .contains(AddressSpace.of(X86Paging.BITS32_SMALL_PAGES, 0x0012_3000L));
        assertThat(X86Registers.addressSpace(paging, 0x0012_3018L, 0x90, 0))
                .contains(AddressSpace.of(X86Paging.BITS32, 0x0012_3000L));
        assertThat(X86Registers.addressSpace(paging, 0x0012_3078L, 0xB0, 0x800))
                .contains(AddressSpace.of(X86Paging.PAE, 0x0012_3060L));
        // Process-context identifiers: CR3 bits 11 to 0, and bit 63.
        assertThat(X86Registers.addressSpace(paging, 0x8000_0001_0012_3FFFL, 0x2_06B0, 0xD01))
                .contains(AddressSpace.of(X86Paging.LEVEL4, 0x1_0012_3000L));
        assertThat(X86Registers.addressSpace(paging, 0x0012_3000L, 0x2_16B0, 0xD01))
                .contains(AddressSpace.of(X86Paging.LEVEL5, 0x0012_3000L));
    }
}
