package io.memflow.core.synthetic;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Paging.AddressForm;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.ArmPaging;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.ExtendedPaging;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.WidePaging;
import io.memflow.core.paging.X86Paging;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A processor and paging mode a made-up machine can have. Immutable.
 *
 * @param name as arguments name it
 * @param processor the processor's architecture
 * @param lower format of the only tree, or of the one for user addresses
 * @param upper format of the tree for kernel addresses, where that is another
 */
public record MachineArchitecture(String name, String processor, PagingFormat lower, Optional<PagingFormat> upper) {
    private static final List<MachineArchitecture> ALL = List.of(
            single("x86-64", "x86-64", X86Paging.LEVEL4),
            single("x86-64-la57", "x86-64", X86Paging.LEVEL5),
            single("x86", "x86", X86Paging.BITS32),
            single("x86-pae", "x86", X86Paging.PAE),
            single("ept", "x86-64", ExtendedPaging.LEVEL4),
            single("ept-la57", "x86-64", ExtendedPaging.LEVEL5),
            arm64("arm64", Aarch64Granule.KIB4, 48),
            arm64("arm64-39bit", Aarch64Granule.KIB4, 39),
            arm64("arm64-lpa2", Aarch64Granule.KIB4, 52),
            arm64("arm64-16k", Aarch64Granule.KIB16, 47),
            arm64("arm64-16k-lpa2", Aarch64Granule.KIB16, 52),
            arm64("arm64-64k", Aarch64Granule.KIB64, 42),
            arm64("arm64-64k-lpa", Aarch64Granule.KIB64, 52),
            single("arm", "arm", ArmPaging.SHORT),
            single("arm-lpae", "arm", ArmPaging.LPAE),
            single("riscv32", "riscv32", RiscvPaging.SV32),
            single("riscv64-sv39", "riscv64", RiscvPaging.SV39),
            single("riscv64-sv48", "riscv64", RiscvPaging.SV48),
            single("riscv64-sv57", "riscv64", RiscvPaging.SV57),
            single("wide", "none, 128-bit", WidePaging.FORMAT));

    /** Every architecture. */
    public static List<MachineArchitecture> all() {
        return ALL;
    }

    /**
     * The architecture of that name.
     *
     * @throws MemflowException that lists the names when there is none
     */
    public static MachineArchitecture named(String name) {
        return ALL.stream()
                .filter(architecture -> architecture.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.ARGS,
                        ErrorKind.INVALID_ARCHITECTURE,
                        "There is no architecture \"%s\"; there are %s."
                                .formatted(
                                        name,
                                        ALL.stream()
                                                .map(MachineArchitecture::name)
                                                .collect(Collectors.joining(", ")))));
    }

    private static MachineArchitecture single(String name, String processor, PagingFormat format) {
        return new MachineArchitecture(name, processor, format, Optional.empty());
    }

    private static MachineArchitecture arm64(String name, Aarch64Granule granule, int bits) {
        return new MachineArchitecture(
                name,
                "arm64",
                half(granule, bits, CanonicalForm.ZEROS),
                Optional.of(half(granule, bits, CanonicalForm.ONES)));
    }

    private static PagingFormat half(Aarch64Granule granule, int bits, CanonicalForm half) {
        boolean large = granule == Aarch64Granule.KIB64;
        return Aarch64Paging.stage1(new Aarch64Stage1(
                granule,
                bits,
                half,
                bits > 48 ? 52 : 48,
                bits > 48 && !large ? AddressForm.LPA2 : AddressForm.PLAIN,
                Aarch64Paging.TopByte.CHECKED,
                Aarch64Paging.Hierarchy.APPLIES,
                Aarch64Paging.DirtyState.SOFTWARE));
    }

    /** First kernel address; everything from it to the end of the space is the kernel's. */
    public long kernelStart() {
        PagingFormat format = upper.orElse(lower);
        int bits = Math.min(format.virtualBits(), Long.SIZE);
        return switch (format.canonicalForm()) {
            case SIGN_EXTENDED -> -1L << (bits - 1);
            case ZEROS -> 1L << (bits - 1);
            case ONES -> -1L << bits & (format.addressBits() >= Long.SIZE ? -1L : (1L << format.addressBits()) - 1);
        };
    }

    /** How many bytes the users' part of the space and the kernel's have at least. */
    public long halfBytes() {
        int bits = Math.min(lower.virtualBits(), Long.SIZE) - (upper.isPresent() ? 0 : 1);
        return 1L << Math.min(bits, Long.SIZE - 2);
    }
}
