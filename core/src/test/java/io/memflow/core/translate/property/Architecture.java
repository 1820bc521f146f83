package io.memflow.core.translate.property;

import static io.memflow.core.paging.Aarch64Granule.KIB16;
import static io.memflow.core.paging.Aarch64Granule.KIB4;
import static io.memflow.core.paging.Aarch64Granule.KIB64;
import static io.memflow.core.paging.CanonicalForm.ONES;
import static io.memflow.core.paging.CanonicalForm.ZEROS;
import static io.memflow.core.translate.reference.Arm64Model.Kind.TTBR0;
import static io.memflow.core.translate.reference.Arm64Model.Kind.TTBR1;

import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Paging.AddressForm;
import io.memflow.core.paging.Aarch64Paging.DirtyState;
import io.memflow.core.paging.Aarch64Paging.TopByte;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.ArmPaging;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.ExtendedPaging;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.WidePaging;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.reference.Arm64Model;
import io.memflow.core.translate.reference.Armv7LongModel;
import io.memflow.core.translate.reference.Armv7ShortModel;
import io.memflow.core.translate.reference.EptModel;
import io.memflow.core.translate.reference.ReferenceMmu;
import io.memflow.core.translate.reference.RiscvModel;
import io.memflow.core.translate.reference.WideModel;
import io.memflow.core.translate.reference.X86Model;
import java.util.List;

/**
 * Formats of one family under test, each with the model that judges it. A test shares its cases between them.
 *
 * @param memoryBits log2 of the memory that holds their tables
 */
record Architecture(String name, int memoryBits, List<Judged> formats) {
    /** A format and its judge. */
    record Judged(PagingFormat format, ReferenceMmu model) {}

    static List<Architecture> all() {
        return List.of(
                of("x86 32-bit", 18, new Judged(X86Paging.BITS32, new X86Model(X86Model.Mode.BITS32))),
                of("x86 PAE", 18, new Judged(X86Paging.PAE, new X86Model(X86Model.Mode.PAE))),
                of("x86-64 4-level", 18, new Judged(X86Paging.LEVEL4, new X86Model(X86Model.Mode.LEVEL4))),
                of("x86-64 5-level", 18, new Judged(X86Paging.LEVEL5, new X86Model(X86Model.Mode.LEVEL5))),
                of(
                        "EPT",
                        18,
                        new Judged(ExtendedPaging.LEVEL4, new EptModel(4)),
                        new Judged(ExtendedPaging.LEVEL5, new EptModel(5))),
                arm64With4K(),
                arm64With16K(),
                arm64With64K(),
                arm64Stage2(),
                of(
                        "ARM short-descriptor",
                        18,
                        new Judged(ArmPaging.SHORT, new Armv7ShortModel(0)),
                        new Judged(ArmPaging.shortDescriptors(29, ArmPaging.AccessFlag.NONE), new Armv7ShortModel(3))),
                of(
                        "ARM LPAE",
                        18,
                        new Judged(ArmPaging.LPAE, new Armv7LongModel(0, false)),
                        new Judged(ArmPaging.longDescriptors(31, ONES), new Armv7LongModel(1, true)),
                        new Judged(ArmPaging.longDescriptors(30, ZEROS), new Armv7LongModel(2, false)),
                        new Judged(ArmPaging.longDescriptors(25, ONES), new Armv7LongModel(7, true))),
                of(
                        "RISC-V Sv32",
                        18,
                        new Judged(RiscvPaging.SV32, new RiscvModel(2, false)),
                        new Judged(RiscvPaging.SV32X4, new RiscvModel(2, true))),
                riscv("RISC-V Sv39", RiscvPaging.SV39, RiscvPaging.SV39X4, 3),
                riscv("RISC-V Sv48", RiscvPaging.SV48, RiscvPaging.SV48X4, 4),
                riscv("RISC-V Sv57", RiscvPaging.SV57, RiscvPaging.SV57X4, 5),
                of("synthetic 128-bit", 23, new Judged(WidePaging.FORMAT, new WideModel())));
    }

    private static Architecture of(String name, int memoryBits, Judged... formats) {
        return new Architecture(name, memoryBits, List.of(formats));
    }

    private static Architecture riscv(String name, PagingFormat supervisor, PagingFormat guest, int levels) {
        return of(
                name,
                18,
                new Judged(supervisor, new RiscvModel(levels, false)),
                new Judged(guest, new RiscvModel(levels, true)));
    }

    private static Aarch64Stage1 lpa2(Aarch64Granule granule, CanonicalForm half) {
        return new Aarch64Stage1(
                granule,
                52,
                half,
                52,
                AddressForm.LPA2,
                TopByte.CHECKED,
                Aarch64Paging.Hierarchy.APPLIES,
                DirtyState.SOFTWARE);
    }

    private static Judged judged(Aarch64Stage1 facts, Arm64Model model) {
        return new Judged(Aarch64Paging.stage1(facts), model);
    }

    private static Architecture arm64With4K() {
        Aarch64Stage1 upper48 = Aarch64Stage1.of(KIB4, 48, ONES);
        return of(
                "AArch64 4K",
                18,
                judged(Aarch64Stage1.of(KIB4, 48, ZEROS), Arm64Model.stage1(12, 48, TTBR0)),
                judged(upper48, Arm64Model.stage1(12, 48, TTBR1)),
                judged(Aarch64Stage1.of(KIB4, 39, ONES), Arm64Model.stage1(12, 39, TTBR1)),
                judged(Aarch64Stage1.of(KIB4, 36, ZEROS), Arm64Model.stage1(12, 36, TTBR0)),
                judged(
                        Aarch64Stage1.of(KIB4, 42, ZEROS)
                                .topByte(TopByte.IGNORED)
                                .dirtyState(DirtyState.HARDWARE),
                        Arm64Model.stage1(12, 42, TTBR0).topByte().hardware()),
                judged(
                        upper48.topByte(TopByte.IGNORED),
                        Arm64Model.stage1(12, 48, TTBR1).topByte()),
                judged(lpa2(KIB4, ZEROS), Arm64Model.stage1(12, 52, TTBR0).output52(true)),
                judged(lpa2(KIB4, ONES), Arm64Model.stage1(12, 52, TTBR1).output52(true)));
    }

    private static Architecture arm64With16K() {
        return of(
                "AArch64 16K",
                20,
                judged(Aarch64Stage1.of(KIB16, 47, ZEROS), Arm64Model.stage1(14, 47, TTBR0)),
                judged(Aarch64Stage1.of(KIB16, 48, ONES), Arm64Model.stage1(14, 48, TTBR1)),
                judged(Aarch64Stage1.of(KIB16, 36, ONES), Arm64Model.stage1(14, 36, TTBR1)),
                judged(lpa2(KIB16, ZEROS), Arm64Model.stage1(14, 52, TTBR0).output52(true)));
    }

    private static Architecture arm64With64K() {
        return of(
                "AArch64 64K",
                21,
                judged(Aarch64Stage1.of(KIB64, 42, ZEROS), Arm64Model.stage1(16, 42, TTBR0)),
                judged(Aarch64Stage1.of(KIB64, 48, ONES), Arm64Model.stage1(16, 48, TTBR1)),
                judged(
                        Aarch64Stage1.of(KIB64, 52, ZEROS).output(52),
                        Arm64Model.stage1(16, 52, TTBR0).output52(false)),
                judged(
                        Aarch64Stage1.of(KIB64, 52, ONES).output(52).dirtyState(DirtyState.HARDWARE),
                        Arm64Model.stage1(16, 52, TTBR1).output52(false).hardware()));
    }

    /** With start tables of one table, of a part of one, and of several that stand side by side. */
    private static Architecture arm64Stage2() {
        return of(
                "AArch64 stage 2",
                20,
                new Judged(Aarch64Paging.stage2(Aarch64Stage2.of(KIB4, 40, 1)), Arm64Model.stage2(12, 40, 1)),
                new Judged(Aarch64Paging.stage2(Aarch64Stage2.of(KIB4, 43, 1)), Arm64Model.stage2(12, 43, 1)),
                new Judged(
                        Aarch64Paging.stage2(Aarch64Stage2.of(KIB4, 48, 0).dirtyState(DirtyState.HARDWARE)),
                        Arm64Model.stage2(12, 48, 0).hardware()),
                new Judged(Aarch64Paging.stage2(Aarch64Stage2.of(KIB16, 40, 2)), Arm64Model.stage2(14, 40, 2)));
    }

    @Override
    public String toString() {
        return name;
    }
}
