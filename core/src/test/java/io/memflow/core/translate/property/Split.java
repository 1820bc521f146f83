package io.memflow.core.translate.property;

import static io.memflow.core.paging.Aarch64Granule.KIB16;
import static io.memflow.core.paging.Aarch64Granule.KIB4;
import static io.memflow.core.paging.Aarch64Granule.KIB64;
import static io.memflow.core.paging.CanonicalForm.ONES;
import static io.memflow.core.paging.CanonicalForm.ZEROS;
import static io.memflow.core.translate.reference.Arm64Model.Kind.TTBR0;
import static io.memflow.core.translate.reference.Arm64Model.Kind.TTBR1;

import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Paging.TopByte;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.ArmPaging;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.translate.property.Architecture.Judged;
import io.memflow.core.translate.reference.Arm64Model;
import io.memflow.core.translate.reference.Armv7LongModel;
import io.memflow.core.translate.reference.Armv7ShortModel;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Formats of two trees that share a space, and the manual's rule for which serves an address.
 *
 * @param memoryBits log2 of the memory that holds their tables
 */
record Split(String name, int memoryBits, Judged lower, Judged upper, Rule rule) {
    /** Which tree serves an address. */
    interface Rule {
        Half of(BigInteger virtual);
    }

    enum Half {
        LOWER,
        UPPER,
        NEITHER
    }

    /** Splits of one kind; a test shares its cases between them. */
    record Family(String name, List<Split> splits) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Family> families() {
        List<Split> small = new ArrayList<>();
        for (int n = 1; n <= 7; n++) {
            small.add(shortDescriptors(n));
        }
        List<Split> large = new ArrayList<>();
        for (int t0 = 0; t0 <= 7; t0++) {
            for (int t1 = t0 == 0 ? 1 : 0; t1 <= 7; t1++) {
                large.add(longDescriptors(t0, t1));
            }
        }
        return List.of(
                new Family("two trees of ARM short descriptors", small),
                new Family("two trees of ARM long descriptors", large),
                new Family("two trees of AArch64", aarch64()));
    }

    /** DDI 0406C, B3.5.4: TTBR0 where the N highest address bits are 0, else TTBR1. */
    private static Split shortDescriptors(int n) {
        return new Split(
                "TTBCR.N = " + n,
                18,
                new Judged(ArmPaging.shortDescriptors(32 - n, ArmPaging.AccessFlag.NONE), new Armv7ShortModel(n)),
                new Judged(ArmPaging.shortDescriptors(32, ArmPaging.AccessFlag.NONE), new Armv7ShortModel(0)),
                virtual -> virtual.bitLength() > 32
                        ? Half.NEITHER
                        : virtual.bitLength() <= 32 - n ? Half.LOWER : Half.UPPER);
    }

    /**
     * DDI 0406C, B3.6.4, table B3-6: with a size of its own each root serves its end and nothing serves the middle; a size
     * of 0 gives its root all the other one leaves.
     */
    private static Split longDescriptors(int t0, int t1) {
        return new Split(
                "T0SZ = %d, T1SZ = %d".formatted(t0, t1),
                18,
                new Judged(ArmPaging.longDescriptors(32 - t0, ZEROS), new Armv7LongModel(t0, false)),
                new Judged(ArmPaging.longDescriptors(32 - t1, ONES), new Armv7LongModel(t1, true)),
                virtual -> {
                    if (virtual.bitLength() > 32) {
                        return Half.NEITHER;
                    }
                    boolean zeros = virtual.bitLength() <= 32 - t0;
                    boolean ones = BigInteger.ONE
                                    .shiftLeft(32)
                                    .subtract(BigInteger.ONE)
                                    .subtract(virtual)
                                    .bitLength()
                            <= 32 - t1;
                    if (t0 == 0) {
                        return ones ? Half.UPPER : Half.LOWER;
                    }
                    if (t1 == 0) {
                        return zeros ? Half.LOWER : Half.UPPER;
                    }
                    return zeros ? Half.LOWER : ones ? Half.UPPER : Half.NEITHER;
                });
    }

    private static List<Split> aarch64() {
        return List.of(
                aarch64(
                        "48 bits, 4K",
                        18,
                        new Judged(stage1(Aarch64Stage1.of(KIB4, 48, ZEROS)), Arm64Model.stage1(12, 48, TTBR0)),
                        new Judged(stage1(Aarch64Stage1.of(KIB4, 48, ONES)), Arm64Model.stage1(12, 48, TTBR1))),
                aarch64(
                        "39 bits of 4K with tags, 42 bits of 64K",
                        21,
                        new Judged(
                                stage1(Aarch64Stage1.of(KIB4, 39, ZEROS).topByte(TopByte.IGNORED)),
                                Arm64Model.stage1(12, 39, TTBR0).topByte()),
                        new Judged(stage1(Aarch64Stage1.of(KIB64, 42, ONES)), Arm64Model.stage1(16, 42, TTBR1))),
                aarch64(
                        "47 bits of 16K, 36 bits of 16K with tags",
                        20,
                        new Judged(stage1(Aarch64Stage1.of(KIB16, 47, ZEROS)), Arm64Model.stage1(14, 47, TTBR0)),
                        new Judged(
                                stage1(Aarch64Stage1.of(KIB16, 36, ONES).topByte(TopByte.IGNORED)),
                                Arm64Model.stage1(14, 36, TTBR1).topByte())),
                aarch64(
                        "52 bits, LPA2",
                        18,
                        new Judged(
                                stage1(Aarch64Stage1.lpa2(KIB4, 52, ZEROS)),
                                Arm64Model.stage1(12, 52, TTBR0).output52(true)),
                        new Judged(
                                stage1(Aarch64Stage1.lpa2(KIB4, 52, ONES)),
                                Arm64Model.stage1(12, 52, TTBR1).output52(true))));
    }

    private static PagingFormat stage1(Aarch64Stage1 facts) {
        return Aarch64Paging.stage1(facts);
    }

    /** DDI 0487, D8.2 (AArch64.GetVARange): bit 55 picks the root, whether or not the address is one that it translates. */
    private static Split aarch64(String name, int memoryBits, Judged lower, Judged upper) {
        return new Split(name, memoryBits, lower, upper, virtual -> virtual.testBit(55) ? Half.UPPER : Half.LOWER);
    }
}
