package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.PageType;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.RiscvPaging.Extension;
import io.memflow.core.paging.RiscvPaging.Scheme;
import io.memflow.core.paging.RiscvPaging.Stage;
import io.memflow.core.paging.RiscvRegisters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks over entries written out by hand from the privileged architecture, version 20240411. */
class RiscvPagingTest {
    private static final long NAPOT = 1L << 63;
    private static final PagingFormat SV39_PLAIN = RiscvPaging.of(Scheme.SV39, Stage.SUPERVISOR, Set.of());

    /** Flags of 0xCF: D, A, X, W, R, V. */
    private static final int ALL = PageType.WRITABLE | PageType.SUPERVISOR | PageType.ACCESSED | PageType.DIRTY;

    /** Flags of 0x43: A, R, V. */
    private static final int READABLE =
            PageType.READ_ONLY | PageType.SUPERVISOR | PageType.ACCESSED | PageType.NO_EXECUTE_AT_ALL;

    /** An entry: the page number from bit 10 on. */
    private static long pte(long address, long low) {
        return address / 4096 * 1024 + low;
    }

    static Stream<KnownAnswer> answers() {
        return Stream.of(sv32(), sv39(), deeper(), napot(), memoryTypes(), reserved(), guests())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void agreesWithTheManual(KnownAnswer answer) {
        answer.check();
    }

    private static List<KnownAnswer> sv32() {
        return List.of(
                KnownAnswer.of("Sv32: page with a 34-bit address", RiscvPaging.SV32)
                        .root(0x8000_0000L)
                        .entry(0x8000_0FFCL, pte(0x2_8000_1000L, 0x01))
                        .entry(0x2_8000_1FFCL, 0xFFFF_FC00L | 0xCF)
                        .at(0xFFFF_FABCL)
                        .maps(0x3_FFFF_FABCL, 0x1000, 1, ALL),
                KnownAnswer.of("Sv32: megapage", RiscvPaging.SV32)
                        .root(0x8000_0000L)
                        .entry(0x8000_0804L, 0xFFF0_0000L | 0x43)
                        .at(0x8056_789AL)
                        .maps(0x3_FFD6_789AL, 0x40_0000, 2, READABLE),
                KnownAnswer.of("Sv32: megapage not aligned", RiscvPaging.SV32)
                        .root(0x8000_0000L)
                        .entry(0x8000_0800L, 0xFFF8_0000L | 0x43)
                        .at(0x8000_0000L)
                        .faults(Fault.RESERVED_BITS, 2, 0x40_0000),
                KnownAnswer.of("Sv32: no address above 32 bits", RiscvPaging.SV32)
                        .at(1L << 32)
                        .notCanonical());
    }

    private static List<KnownAnswer> sv39() {
        long virtual = 300L << 30 | 511L << 21 | 1L << 12 | 0x7FF;
        long extended = 0xFFFF_FF80_0000_0000L | virtual;
        return List.of(
                KnownAnswer.of("Sv39: page, global by its table", RiscvPaging.SV39)
                        .root(0x8000_0000L)
                        .entry(0x8000_0960L, pte(0x8000_1000L, 0x01))
                        .entry(0x8000_1FF8L, pte(0x8000_2000L, 0x21))
                        .entry(0x8000_2008L, pte(0x00FF_EDCB_A987_6000L, 0xDF))
                        .at(extended)
                        .maps(
                                0x00FF_EDCB_A987_67FFL,
                                0x1000,
                                1,
                                PageType.WRITABLE
                                        | PageType.USER
                                        | PageType.PRIVILEGED_NO_EXECUTE
                                        | PageType.ACCESSED
                                        | PageType.DIRTY
                                        | PageType.GLOBAL),
                KnownAnswer.of("Sv39: megapage", RiscvPaging.SV39)
                        .root(0x8000_0000L)
                        .entry(0x8000_0960L, pte(0x8000_1000L, 0x01))
                        .entry(0x8000_1FF8L, pte(0x4020_0000L, 0x6B))
                        .at(extended)
                        .maps(
                                0x4020_17FFL,
                                0x20_0000,
                                2,
                                PageType.SUPERVISOR | PageType.ACCESSED | PageType.READ_ONLY | PageType.GLOBAL),
                KnownAnswer.of("Sv39: gigapage that may only be executed", RiscvPaging.SV39)
                        .root(0x8000_0000L)
                        .entry(0x8000_0960L, pte(0x00AB_C000_0000_0000L, 0x49))
                        .at(extended)
                        .maps(
                                0x00AB_C000_3FE0_17FFL,
                                0x4000_0000,
                                3,
                                PageType.SUPERVISOR | PageType.ACCESSED | PageType.READ_ONLY | PageType.NO_READ),
                KnownAnswer.of("Sv39: the sign is not extended", RiscvPaging.SV39)
                        .at(virtual)
                        .notCanonical(),
                KnownAnswer.of("Sv39: absent at the root", RiscvPaging.SV39)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0xFFFF_FFFF_FFFF_FFFEL)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 3, 1L << 30),
                KnownAnswer.of("Sv39: table outside memory", RiscvPaging.SV39)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, pte(0x9000_0000L, 1))
                        .at(0)
                        .faults(Fault.TABLE_UNREADABLE, 2, 1L << 21));
    }

    private static List<KnownAnswer> deeper() {
        return List.of(
                KnownAnswer.of("Sv48: four levels", RiscvPaging.SV48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0FF8L, pte(0x8000_1000L, 1))
                        .entry(0x8000_1FF8L, pte(0x8000_2000L, 1))
                        .entry(0x8000_2FF8L, pte(0x8000_3000L, 1))
                        .entry(0x8000_3FF8L, pte(0x5000_0000L, 0xCF))
                        .at(-1L)
                        .maps(0x5000_0FFFL, 0x1000, 1, ALL),
                KnownAnswer.of("Sv48: terapage", RiscvPaging.SV48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0008L, pte(3L << 39, 0xCF))
                        .at(1L << 39 | 0x12_3456_789AL)
                        .maps(3L << 39 | 0x12_3456_789AL, 1L << 39, 4, ALL),
                KnownAnswer.of("Sv57: five levels", RiscvPaging.SV57)
                        .root(0x00AB_0000_0000_0000L)
                        .entry(0x00AB_0000_0000_0800L, pte(0x8000_1000L, 1))
                        .entry(0x8000_1008L, pte(0x8000_2000L, 1))
                        .entry(0x8000_2010L, pte(0x8000_3000L, 1))
                        .entry(0x8000_3018L, pte(0x8000_4000L, 1))
                        .entry(0x8000_4020L, pte(0x00CD_EF01_2345_6000L, 0xCF))
                        .at(0xFF00_0000_0000_0000L | 1L << 39 | 2L << 30 | 3L << 21 | 4L << 12 | 0x5A5)
                        .maps(0x00CD_EF01_2345_65A5L, 0x1000, 1, ALL),
                KnownAnswer.of("Sv57: petapage", RiscvPaging.SV57)
                        .root(0x8000_0000L)
                        .entry(0x8000_07F8L, pte(0x00FF_0000_0000_0000L, 0xCF))
                        .at(0x00FF_8765_4321_0ABCL)
                        .maps(0x00FF_8765_4321_0ABCL, 1L << 48, 5, ALL),
                KnownAnswer.of("Sv57: petapage not aligned", RiscvPaging.SV57)
                        .root(0x8000_0000L)
                        .entry(0x8000_07F8L, pte(0x00FF_8000_0000_0000L, 0xCF))
                        .at(0x00FF_0000_0000_0000L)
                        .faults(Fault.RESERVED_BITS, 5, 1L << 48),
                KnownAnswer.of("Sv57: the sign is not extended", RiscvPaging.SV57)
                        .at(1L << 56)
                        .notCanonical());
    }

    private static KnownAnswer lastLevel(String name, PagingFormat format, long entry) {
        return KnownAnswer.of(name, format)
                .root(0x8000_0000L)
                .entry(0x8000_0000L, pte(0x8000_1000L, 1))
                .entry(0x8000_1000L, pte(0x8000_2000L, 1))
                .entry(0x8000_2018L, entry)
                .at(0x3123L);
    }

    private static List<KnownAnswer> napot() {
        return List.of(
                lastLevel(
                                "Svnapot: 64 KiB, low bits from the address",
                                RiscvPaging.SV39,
                                NAPOT | pte(0x7777_8000L, 0xCF))
                        .maps(0x7777_3123L, 0x1_0000, 1, ALL),
                lastLevel("Svnapot: 64 KiB with a memory type", RiscvPaging.SV39, NAPOT | 1L << 61 | pte(0x8000L, 0x43))
                        .maps(0x3123L, 0x1_0000, 1, READABLE),
                lastLevel("Svnapot: size 0xxx", RiscvPaging.SV39, NAPOT | pte(0x7777_0000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                lastLevel("Svnapot: size xx1x", RiscvPaging.SV39, NAPOT | pte(0x7777_A000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                lastLevel("Svnapot: size xxx1", RiscvPaging.SV39, NAPOT | pte(0x7777_9000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                lastLevel("N without Svnapot", SV39_PLAIN, NAPOT | pte(0x7777_8000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                KnownAnswer.of("N in a megapage", RiscvPaging.SV39)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, pte(0x8000_1000L, 1))
                        .entry(0x8000_1000L, NAPOT | pte(0x4000_0000L, 0xCF))
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 2, 0x20_0000));
    }

    private static List<KnownAnswer> memoryTypes() {
        PagingFormat onlyNapot = RiscvPaging.of(Scheme.SV39, Stage.SUPERVISOR, Set.of(Extension.SVNAPOT));
        return List.of(
                lastLevel("Svpbmt: 1", RiscvPaging.SV39, 1L << 61 | pte(0x5000_0000L, 0xCF))
                        .maps(0x5000_0123L, 0x1000, 1, ALL),
                lastLevel("Svpbmt: 2", RiscvPaging.SV39, 2L << 61 | pte(0x5000_0000L, 0x43))
                        .maps(0x5000_0123L, 0x1000, 1, READABLE),
                lastLevel("Svpbmt: 3", RiscvPaging.SV39, 3L << 61 | pte(0x5000_0000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                lastLevel("Svpbmt: 3 with N", RiscvPaging.SV39, 7L << 61 | pte(0x8000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                lastLevel("PBMT without Svpbmt", SV39_PLAIN, 1L << 61 | pte(0x5000_0000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                lastLevel("PBMT with N but without Svpbmt", onlyNapot, NAPOT | 1L << 61 | pte(0x8000L, 0xCF))
                        .faults(Fault.RESERVED_BITS, 1, 0x1000));
    }

    private static List<KnownAnswer> reserved() {
        List<KnownAnswer> answers = new ArrayList<>();
        for (long bit = 54; bit <= 60; bit++) {
            answers.add(lastLevel("reserved bit " + bit, RiscvPaging.SV39, 1L << bit | pte(0x5000_0000L, 0xCF))
                    .faults(Fault.RESERVED_BITS, 1, 0x1000));
        }
        for (long bits : new long[] {0x10, 0x40, 0x80, 1L << 54, 1L << 60, 1L << 61, 1L << 62, 1L << 63}) {
            answers.add(KnownAnswer.of("bits 0x%x in an entry that names a table".formatted(bits), RiscvPaging.SV39)
                    .root(0x8000_0000L)
                    .entry(0x8000_0000L, bits | pte(0x8000_1000L, 1))
                    .at(0)
                    .faults(Fault.RESERVED_BITS, 3, 1L << 30));
        }
        answers.add(lastLevel("an entry of the last level that names a table", RiscvPaging.SV39, pte(0x5000_0000L, 1))
                .faults(Fault.RESERVED_BITS, 1, 0x1000));
        answers.add(KnownAnswer.of("gigapage not aligned", RiscvPaging.SV39)
                .root(0x8000_0000L)
                .entry(0x8000_0000L, pte(0x4020_0000L, 0xCF))
                .at(0)
                .faults(Fault.RESERVED_BITS, 3, 1L << 30));
        return answers;
    }

    private static List<KnownAnswer> guests() {
        return List.of(
                KnownAnswer.of("Sv39x4: 2048 entries in the root", RiscvPaging.SV39X4)
                        // A root of four pages: bits 13 and 12 of its number do not count.
                        .root(0x8000_3000L)
                        .entry(0x8000_3FF8L, pte(0x8000_4000L, 1))
                        .entry(0x8000_4FF8L, pte(0x8000_5000L, 1))
                        .entry(0x8000_5FF8L, pte(0x5000_0000L, 0xFF))
                        .at((1L << 41) - 1)
                        .maps(0x5000_0FFFL, 0x1000, 1, PageType.WRITABLE | PageType.ACCESSED | PageType.DIRTY),
                KnownAnswer.of("Sv39x4: no address of 42 bits", RiscvPaging.SV39X4)
                        .at(1L << 41)
                        .notCanonical(),
                KnownAnswer.of("Sv39x4: no sign", RiscvPaging.SV39X4).at(-1L).notCanonical(),
                KnownAnswer.of("Sv39x4: without U nobody may access", RiscvPaging.SV39X4)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, pte(0x4000_0000L, 0x0F))
                        .at(0x1234)
                        .maps(
                                0x4000_1234L,
                                0x4000_0000,
                                3,
                                PageType.READ_ONLY | PageType.NO_READ | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("Sv48x4: root index of 11 bits", RiscvPaging.SV48X4)
                        .root(0x8000_0000L)
                        .entry(0x8000_3FF8L, pte(1L << 39, 0x5B))
                        .at((1L << 50) - 2)
                        .maps((1L << 40) - 2, 1L << 39, 4, PageType.READ_ONLY | PageType.ACCESSED),
                KnownAnswer.of("Sv57x4: root index of 11 bits", RiscvPaging.SV57X4)
                        .root(0x8000_0000L)
                        .entry(0x8000_2000L, pte(1L << 48, 0x53))
                        .at(1L << 58 | 0xABC)
                        .maps(
                                1L << 48 | 0xABC,
                                1L << 48,
                                5,
                                PageType.READ_ONLY | PageType.ACCESSED | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("Sv32x4: 34-bit guest-physical addresses", RiscvPaging.SV32X4)
                        .root(0x8000_0000L)
                        .entry(0x8000_3FFCL, pte(0x8000_4000L, 1))
                        .entry(0x8000_4FFCL, pte(0x3_0000_0000L, 0xD3))
                        .at((1L << 34) - 4)
                        .maps(
                                0x3_0000_0FFCL,
                                0x1000,
                                1,
                                PageType.READ_ONLY | PageType.ACCESSED | PageType.DIRTY | PageType.NO_EXECUTE_AT_ALL));
    }

    /** All 256 values of the low byte of a page's entry, under a global and a plain table. */
    @Test
    void everyCombinationOfTheLowByte() {
        for (PagingFormat format : List.of(RiscvPaging.SV39, SV39_PLAIN)) {
            for (int low = 0; low < 512; low++) {
                int bits = low & 0xFF;
                FrameMemory memory = new FrameMemory();
                memory.put(0x1000, pte(0x2000, low >> 8 == 0 ? 0x01 : 0x21), 8);
                memory.put(0x2000, pte(0x3000, 0x01), 8);
                memory.put(0x3000, pte(0x5000, bits), 8);
                Translation out = new Translation();
                new PageTableWalker(memory, format).translate(0x1000, 0, out);
                int rights = bits >> 1 & 7;
                boolean legal = rights == 1 || rights == 3 || rights == 4 || rights == 5 || rights == 7;
                Fault expected = (bits & 1) == 0 ? Fault.NOT_PRESENT : legal ? Fault.NONE : Fault.RESERVED_BITS;
                assertThat(out.fault()).as("entry 0x%x", bits).isEqualTo(expected);
                if (expected == Fault.NONE) {
                    assertThat(PageTypes.of(out.pageType()))
                            .as("entry 0x%x", bits)
                            .isEqualTo(PageTypes.of(flags(bits | (low >> 3 & 0x20))));
                }
            }
        }
    }

    private static int flags(int bits) {
        int flags = (bits & 0x02) != 0 ? 0 : PageType.NO_READ;
        flags |= (bits & 0x04) != 0 ? PageType.WRITABLE : PageType.READ_ONLY;
        flags |= (bits & 0x08) != 0 ? 0 : PageType.NO_EXECUTE_AT_ALL;
        flags |= (bits & 0x10) != 0 ? PageType.USER | PageType.PRIVILEGED_NO_EXECUTE : PageType.SUPERVISOR;
        flags |= (bits & 0x20) != 0 ? PageType.GLOBAL : 0;
        flags |= (bits & 0x40) != 0 ? PageType.ACCESSED : 0;
        return flags | ((bits & 0x80) != 0 ? PageType.DIRTY : 0);
    }

    @Test
    void readsTheRegistersOf64Bits() {
        assertThat(RiscvRegisters.satp64(0)).isEmpty();
        // Mode, ASID 0xFFFF, page number 0x80123.
        assertThat(RiscvRegisters.satp64(0x8FFF_F000_0008_0123L))
                .contains(AddressSpace.of(RiscvPaging.SV39, 0x8012_3000L));
        assertThat(RiscvRegisters.satp64(0x9000_0FFF_FFFF_FFFFL))
                .contains(AddressSpace.of(RiscvPaging.SV48, 0x00FF_FFFF_FFFF_F000L));
        assertThat(RiscvRegisters.satp64(0xA000_0000_0008_0000L))
                .contains(AddressSpace.of(RiscvPaging.SV57, 0x8000_0000L));
        assertThatThrownBy(() -> RiscvRegisters.satp64(0xB000_0000_0008_0000L))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                .hasMessageContaining("satp 0xb000000000080000");
        assertThat(RiscvRegisters.hgatp64(0)).isEmpty();
        assertThat(RiscvRegisters.hgatp64(0x8000_0000_0008_0007L))
                .contains(new AddressSpace.Tree(RiscvPaging.SV39X4, 0x8000_4000L));
        assertThat(RiscvRegisters.hgatp64(0x9000_0000_0008_0004L))
                .contains(new AddressSpace.Tree(RiscvPaging.SV48X4, 0x8000_4000L));
        assertThat(RiscvRegisters.hgatp64(0xA000_0000_0008_0004L))
                .contains(new AddressSpace.Tree(RiscvPaging.SV57X4, 0x8000_4000L));
        assertThatThrownBy(() -> RiscvRegisters.hgatp64(1L << 60)).hasMessageContaining("hgatp");
    }

    @Test
    void readsTheRegistersOf32Bits() {
        assertThat(RiscvRegisters.satp32(0x0008_0123L)).isEmpty();
        assertThat(RiscvRegisters.satp32(0xFFC8_0123L)).contains(AddressSpace.of(RiscvPaging.SV32, 0x8012_3000L));
        assertThat(RiscvRegisters.satp32(0x803F_FFFFL)).contains(AddressSpace.of(RiscvPaging.SV32, 0x3_FFFF_F000L));
        assertThat(RiscvRegisters.hgatp32(0)).isEmpty();
        assertThat(RiscvRegisters.hgatp32(0x8008_0007L))
                .contains(new AddressSpace.Tree(RiscvPaging.SV32X4, 0x8000_4000L));
    }
}
