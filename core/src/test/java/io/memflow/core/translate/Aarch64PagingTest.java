package io.memflow.core.translate;

import static io.memflow.core.paging.Aarch64Granule.KIB16;
import static io.memflow.core.paging.Aarch64Granule.KIB4;
import static io.memflow.core.paging.Aarch64Granule.KIB64;
import static io.memflow.core.paging.CanonicalForm.ONES;
import static io.memflow.core.paging.CanonicalForm.ZEROS;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Paging.TopByte;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks over descriptors written out by hand from Arm ARM (DDI 0487), D8.3. */
class Aarch64PagingTest {
    private static final long UXN = 1L << 54;
    private static final long PXN = 1L << 53;
    private static final long CONTIGUOUS = 1L << 52;

    /** A leaf of 0x703 (AF, inner shareable, AP = 00) that EL1 may read, write and execute: what its flags are. */
    private static final int KERNEL = PageType.WRITABLE | PageType.SUPERVISOR | PageType.GLOBAL | PageType.ACCESSED;

    private static final PagingFormat LOWER_4K_48 = stage1(Aarch64Stage1.of(KIB4, 48, ZEROS));
    private static final PagingFormat UPPER_4K_48 = stage1(Aarch64Stage1.of(KIB4, 48, ONES));
    private static final PagingFormat LPA_64K_52 =
            stage1(Aarch64Stage1.of(KIB64, 52, ZEROS).output(52));
    private static final PagingFormat LPA2_4K_52 = stage1(Aarch64Stage1.lpa2(KIB4, 52, ZEROS));
    private static final PagingFormat LPA2_16K_52 = stage1(Aarch64Stage1.lpa2(KIB16, 52, ZEROS));

    private static PagingFormat stage1(Aarch64Stage1 facts) {
        return Aarch64Paging.stage1(facts);
    }

    static Stream<KnownAnswer> answers() {
        return Stream.of(pages4K(), pages16K(), pages64K(), lpa(), lpa2(), notPresent(), reserved(), limits())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void agreesWithTheManual(KnownAnswer answer) {
        answer.check();
    }

    private static List<KnownAnswer> pages4K() {
        long virtual = 255L << 39 | 3L << 30 | 5L << 21 | 7L << 12 | 0x123;
        long upper = 0xFFFF_0000_0000_0000L | virtual;
        return List.of(
                KnownAnswer.of("4K, 48 bits, user page", LOWER_4K_48)
                        // The ASID, and CnP in bit 0, are not part of the root.
                        .root(0x00AB_0000_8000_0001L)
                        .entry(0x8000_07F8L, 0x8000_1003L)
                        .entry(0x8000_1018L, 0x8000_2003L)
                        .entry(0x8000_2028L, 0x8000_3003L)
                        .entry(0x8000_3038L, 0x1234_5678_9F43L | UXN | PXN)
                        .at(virtual)
                        .maps(
                                0x1234_5678_9123L,
                                0x1000,
                                1,
                                PageType.WRITABLE | PageType.USER | PageType.ACCESSED | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("4K, 48 bits, upper half, contiguous page", UPPER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_07F8L, 0x8000_1003L)
                        .entry(0x8000_1018L, 0x8000_2003L)
                        .entry(0x8000_2028L, 0x8000_3003L)
                        .entry(0x8000_3038L, 0x4000_0783L | UXN | CONTIGUOUS)
                        .at(upper)
                        .maps(
                                0x4000_0123L,
                                0x1000,
                                1,
                                PageType.READ_ONLY
                                        | PageType.SUPERVISOR
                                        | PageType.GLOBAL
                                        | PageType.ACCESSED
                                        | PageType.USER_NO_EXECUTE
                                        | PageType.CONTIGUOUS),
                KnownAnswer.of("4K, block of 1 GiB, its low address bits ignored", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_07F8L, 0x8000_1003L)
                        .entry(0x8000_1018L, 0x00C0_0001_0701L)
                        .at(virtual)
                        .maps(0x00C0_00A0_7123L, 0x4000_0000L, 3, KERNEL),
                KnownAnswer.of("4K, block of 2 MiB", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_07F8L, 0x8000_1003L)
                        .entry(0x8000_1018L, 0x8000_2003L)
                        .entry(0x8000_2028L, 0x0060_0701L)
                        .at(virtual)
                        .maps(0x0060_7123L, 0x20_0000L, 2, KERNEL),
                KnownAnswer.of("4K, 39 bits start at level 1", stage1(Aarch64Stage1.of(KIB4, 39, ONES)))
                        .root(0x8000_0000L)
                        .entry(0x8000_0FF8L, 0x8000_1003L)
                        .entry(0x8000_1FF8L, 0x8000_2003L)
                        .entry(0x8000_2FF8L, 0x5000_0703L)
                        .at(-1L)
                        .maps(0x5000_0FFFL, 0x1000, 1, KERNEL),
                KnownAnswer.of("4K, 36 bits: 64 entries at level 1", stage1(Aarch64Stage1.of(KIB4, 36, ZEROS)))
                        // 64 entries are 512 bytes, so bit 9 is part of the root and bit 8 is not.
                        .root(0x8000_0300L)
                        .entry(0x8000_03F8L, 0x8000_1003L)
                        .entry(0x8000_1000L, 0x8000_2003L)
                        .entry(0x8000_2000L, 0x5000_0703L)
                        .at(63L << 30)
                        .maps(0x5000_0000L, 0x1000, 1, KERNEL));
    }

    private static List<KnownAnswer> pages16K() {
        return List.of(
                KnownAnswer.of("16K, 47 bits: three levels of 11 bits", stage1(Aarch64Stage1.of(KIB16, 47, ZEROS)))
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L + 2047 * 8, 0x8000_4003L)
                        .entry(0x8000_4000L + 1025 * 8, 0x8000_8003L)
                        .entry(0x8000_8000L + 3 * 8, 0x1234_5678_C703L)
                        .at(2047L << 36 | 1025L << 25 | 3L << 14 | 0x2ABC)
                        .maps(0x1234_5678_EABCL, 0x4000, 1, KERNEL),
                KnownAnswer.of("16K, 48 bits: two entries at level 0", stage1(Aarch64Stage1.of(KIB16, 48, ZEROS)))
                        .root(0x8000_0010L)
                        .entry(0x8000_0018L, 0x8000_4003L)
                        .entry(0x8000_4000L, 0x8000_8003L)
                        .entry(0x8000_8000L, 0x8000_C003L)
                        .entry(0x8000_C000L, 0x5000_4703L)
                        .at(1L << 47)
                        .maps(0x5000_4000L, 0x4000, 1, KERNEL),
                KnownAnswer.of("16K, block of 32 MiB", stage1(Aarch64Stage1.of(KIB16, 36, ZEROS)))
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L + 7 * 8, 0x0600_0701L)
                        .at(7L << 25 | 0x1FF_FFFF)
                        .maps(0x07FF_FFFFL, 0x200_0000L, 2, KERNEL));
    }

    private static List<KnownAnswer> pages64K() {
        return List.of(
                KnownAnswer.of("64K, 42 bits: two levels of 13 bits", stage1(Aarch64Stage1.of(KIB64, 42, ONES)))
                        .root(0x8000_0000L)
                        .entry(0x8000_FFF8L, 0x8001_0003L)
                        .entry(0x8001_FFF8L, 0x4321_0000L | 0x703)
                        .at(-2L)
                        .maps(0x4321_FFFEL, 0x1_0000, 1, KERNEL),
                KnownAnswer.of("64K, 48 bits: 64 entries at level 1", stage1(Aarch64Stage1.of(KIB64, 48, ZEROS)))
                        .root(0x8000_0000L)
                        .entry(0x8000_01F8L, 0x8001_0003L)
                        .entry(0x8001_0008L, 0x8002_0003L)
                        // Bits 15 to 12 are not address bits while addresses have 48.
                        .entry(0x8002_0010L, 0x4321_F703L)
                        .at(63L << 42 | 1L << 29 | 2L << 16 | 5)
                        .maps(0x4321_0005L, 0x1_0000, 1, KERNEL),
                KnownAnswer.of("64K, block of 512 MiB", stage1(Aarch64Stage1.of(KIB64, 48, ZEROS)))
                        .root(0x8000_0000L)
                        .entry(0x8000_01F8L, 0x8001_0003L)
                        .entry(0x8001_0008L, 0x6000_0701L)
                        .at(63L << 42 | 1L << 29 | 0x1234_5678)
                        .maps(0x7234_5678L, 0x2000_0000L, 2, KERNEL));
    }

    private static List<KnownAnswer> lpa() {
        return List.of(
                KnownAnswer.of("LPA: tables, page and root above 48 bits", LPA_64K_52)
                        .root(0x0005_0000_8000_0000L)
                        .entry(0x0005_0000_8000_1FF8L, 0x1001_A003L)
                        .entry(0x000A_0000_1001_0008L, 0x1002_7003L)
                        .entry(0x0007_0000_1002_0010L, 0x1234_5678_F703L)
                        .at(1023L << 42 | 1L << 29 | 2L << 16 | 0xABCD)
                        .maps(0x000F_1234_5678_ABCDL, 0x1_0000, 1, KERNEL),
                KnownAnswer.of("LPA: block of 4 TiB at level 1", LPA_64K_52)
                        .root(0x8000_0000L)
                        .entry(0x8000_0008L, 0x0800_0000_C701L)
                        .at(1L << 42 | 0x12_3456_7890L)
                        .maps(0x000C_0812_3456_7890L, 1L << 42, 3, KERNEL),
                KnownAnswer.of("LPA: block of 512 MiB", LPA_64K_52)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8001_0003L)
                        .entry(0x8001_0008L, 0x2000_3701L)
                        .at(1L << 29)
                        .maps(0x0003_0000_2000_0000L, 0x2000_0000L, 2, KERNEL));
    }

    private static List<KnownAnswer> lpa2() {
        return List.of(
                KnownAnswer.of("LPA2, 4K: five levels from -1, everything above 48 bits", LPA2_4K_52)
                        .root(0x0009_0000_8000_0080L)
                        // Address 0xD...: bits 51 and 50 stand in bits 9 and 8, bit 48 in place.
                        .entry(0x0009_0000_8000_0080L + 15 * 8, 0x0001_0000_0000_1303L)
                        .entry(0x000D_0000_0000_1000L + 511 * 8, 0x0002_0000_0000_2203L)
                        .entry(0x000A_0000_0000_2000L + 3 * 8, 0x3103L)
                        .entry(0x0004_0000_0000_3000L + 5 * 8, 0x4003L)
                        .entry(0x4000L + 7 * 8, 0x0001_2345_6789_A703L)
                        .at(15L << 48 | 511L << 39 | 3L << 30 | 5L << 21 | 7L << 12 | 0xFED)
                        .maps(0x000D_2345_6789_AFEDL, 0x1000, 1, KERNEL),
                KnownAnswer.of("LPA2, 4K: block of 512 GiB at level 0", LPA2_4K_52)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_1003L)
                        .entry(0x8000_1010L, 0x0180_0000_0601L)
                        .at(2L << 39 | 0x1234)
                        .maps(0x0008_0180_0000_1234L, 1L << 39, 4, KERNEL),
                KnownAnswer.of("LPA2, 4K: no block at level -1", LPA2_4K_52)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x0701L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 5, 1L << 48),
                KnownAnswer.of("LPA2, 16K: 32 entries at level 0", LPA2_16K_52)
                        .root(0x8000_0000L)
                        .entry(0x8000_00F8L, 0x8000_4003L)
                        .entry(0x8000_4008L, 0x8000_8003L)
                        .entry(0x8000_8010L, 0x8000_C003L)
                        .entry(0x8000_C018L, 0x0003_2345_6789_8703L)
                        .at(31L << 47 | 1L << 36 | 2L << 25 | 3L << 14 | 0x3FFF)
                        .maps(0x000F_2345_6789_BFFFL, 0x4000, 1, KERNEL),
                KnownAnswer.of("LPA2, 16K: block of 64 GiB at level 1", LPA2_16K_52)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_4003L)
                        .entry(0x8000_4008L, 0x0010_0000_0501L)
                        .at(1L << 36 | 0xF_FFFF_FFFFL)
                        .maps(0x0004_001F_FFFF_FFFFL, 1L << 36, 3, KERNEL));
    }

    private static List<KnownAnswer> notPresent() {
        return List.of(
                KnownAnswer.of("absent at level 0", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0xFFFF_FFFF_FFFF_FFFEL)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 4, 1L << 39),
                KnownAnswer.of("absent at level 1", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_1003L)
                        .entry(0x8000_1000L, 2)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 3, 1L << 30),
                KnownAnswer.of("absent at level 2", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_1003L)
                        .entry(0x8000_1000L, 0x8000_2003L)
                        .entry(0x8000_2000L, 0)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 2, 1L << 21),
                KnownAnswer.of("absent at level 3", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_0003L)
                        .at(1L << 12)
                        .faults(Fault.NOT_PRESENT, 1, 0x1000),
                KnownAnswer.of("table outside memory", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x9000_0003L)
                        .at(0)
                        .faults(Fault.TABLE_UNREADABLE, 3, 1L << 30),
                KnownAnswer.of("root outside memory", LOWER_4K_48)
                        .root(0xFFFF_FFFF_F000L)
                        .at(0)
                        .faults(Fault.TABLE_UNREADABLE, 4, 1L << 39));
    }

    private static List<KnownAnswer> reserved() {
        return List.of(
                KnownAnswer.of("01 at the last level", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_0003L)
                        .entry(0x8000_0008L, 0x4000_0701L)
                        .at(1L << 12)
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                KnownAnswer.of("4K: no block at level 0", LOWER_4K_48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x0701L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 4, 1L << 39),
                KnownAnswer.of("16K: no block at level 1", stage1(Aarch64Stage1.of(KIB16, 47, ZEROS)))
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x0701L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 3, 1L << 36),
                KnownAnswer.of("16K with LPA2: no block at level 0", LPA2_16K_52)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x0701L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 4, 1L << 47),
                KnownAnswer.of("64K with 48 bits: no block at level 1", stage1(Aarch64Stage1.of(KIB64, 48, ZEROS)))
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x0701L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 3, 1L << 42));
    }

    /** Output sizes (address size faults) and input sizes. */
    private static List<KnownAnswer> limits() {
        PagingFormat output40 = stage1(Aarch64Stage1.of(KIB4, 39, ZEROS).output(40));
        PagingFormat output48 = stage1(Aarch64Stage1.lpa2(KIB4, 52, ZEROS).output(48));
        PagingFormat tagged = stage1(Aarch64Stage1.of(KIB4, 39, ONES).topByte(TopByte.IGNORED));
        return List.of(
                KnownAnswer.of("a page at the last address of the output size", output40)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_0003L)
                        .entry(0x8000_0008L, 0x00FF_FFFF_F703L)
                        .at(1L << 12)
                        .maps(0x00FF_FFFF_F000L, 0x1000, 1, KERNEL),
                KnownAnswer.of("a page beyond the output size", output40)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_0003L)
                        .entry(0x8000_0008L, 0x0100_0000_0703L)
                        .at(1L << 12)
                        .faults(Fault.RESERVED_BITS, 1, 0x1000),
                KnownAnswer.of("a table beyond the output size", output40)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_8000_0003L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 3, 1L << 30),
                KnownAnswer.of("LPA2 form with 48 bits: moved address bits beyond the output size", output48)
                        .root(0x8000_0000L)
                        .entry(0x8000_0000L, 0x8000_0103L)
                        .at(0)
                        .faults(Fault.RESERVED_BITS, 5, 1L << 48),
                KnownAnswer.of("lower root, address of the upper half", LOWER_4K_48)
                        .at(-1L)
                        .notCanonical(),
                KnownAnswer.of("lower root, one bit too many", LOWER_4K_48)
                        .at(1L << 48)
                        .notCanonical(),
                KnownAnswer.of("upper root, address of the lower half", UPPER_4K_48)
                        .at(0)
                        .notCanonical(),
                KnownAnswer.of("upper root, tag not ignored", UPPER_4K_48)
                        .at(0xAAFF_FFFF_FFFF_F000L)
                        .notCanonical(),
                KnownAnswer.of("upper root, tag ignored", tagged)
                        .root(0x8000_0000L)
                        .entry(0x8000_0FF8L, 0x8000_1003L)
                        .entry(0x8000_1FF8L, 0x8000_2003L)
                        .entry(0x8000_2FF8L, 0x5000_0703L)
                        .at(0x5AFF_FFFF_FFFF_F00DL)
                        .maps(0x5000_000DL, 0x1000, 1, KERNEL),
                KnownAnswer.of("upper root, tag ignored but bit 55 clear", tagged)
                        .at(0x5A7F_FFFF_FFFF_F00DL)
                        .notCanonical());
    }

    @Test
    void refusesFactsThatNoProcessorHas() {
        for (int bits : new int[] {15, 49, 64}) {
            assertThatThrownBy(() -> Aarch64Stage1.of(KIB4, bits, ZEROS)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Aarch64Stage1.of(KIB64, 16, ZEROS)).hasMessageContaining("17 to 52");
        assertThatThrownBy(() -> Aarch64Stage1.of(KIB4, 48, CanonicalForm.SIGN_EXTENDED))
                .isInstanceOf(IllegalArgumentException.class);
        Aarch64Stage1 plain = Aarch64Stage1.of(KIB4, 48, ZEROS);
        assertThatThrownBy(() -> plain.output(52)).hasMessageContaining("32 to 48");
        assertThatThrownBy(() -> Aarch64Stage1.lpa2(KIB64, 48, ZEROS)).hasMessageContaining("LPA2");
        for (int level : new int[] {-2, 0, 3, 4}) {
            assertThatThrownBy(() -> Aarch64Stage2.of(KIB4, 39, level)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
