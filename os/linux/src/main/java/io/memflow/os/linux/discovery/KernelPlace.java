package io.memflow.os.linux.discovery;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.linux.structure.AddressFacts;
import io.memflow.os.linux.structure.KernelVersion;
import java.util.OptionalLong;

/**
 * Where the kernel begins and ends, and how far it was moved from where it was linked to (KASLR).
 *
 * @param start virtual address of its first byte
 * @param size bytes up to {@code _end}, or up to the end of what is mapped when no symbol says where that is
 * @param slide bytes
 */
record KernelPlace(long start, long size, long slide) {
    /** {@code __START_KERNEL_map + CONFIG_PHYSICAL_START} (its default, 16 MiB): arch/x86/kernel/vmlinux.lds.S. */
    private static final long PHYSICAL_START = 0x100_0000;

    /** {@code KERNEL_LINK_ADDR}, arch/riscv/include/asm/pgtable.h: the last 2 GiB. */
    private static final long RISCV64_LINK = 0xFFFF_FFFF_8000_0000L;
    /** {@code MIN_KIMG_ALIGN}, arch/arm64/include/asm/boot.h: what {@code _text} is aligned to. */
    private static final long ARM64_ALIGNMENT = 2 << 20;
    /** {@code VA_BITS_MIN}, arch/arm64/include/asm/memory.h: the kernel's place is that of a 48-bit space in larger ones. */
    private static final int ARM64_MOST_BITS = 48;

    static KernelPlace of(AddressFacts facts, KernelImage image, SymbolTable symbols, KernelVersion version) {
        long start = start(facts, image, symbols);
        long end = symbols.address("_end").orElse(image.virtualBase() + image.size());
        return new KernelPlace(start, end - start, start - link(facts, image, version));
    }

    private static long start(AddressFacts facts, KernelImage image, SymbolTable symbols) {
        OptionalLong first = symbols.address("_start");
        OptionalLong text = symbols.address("_text");
        OptionalLong code = symbols.address("_stext");
        return switch (facts.architecture()) {
            // _text is behind the header there, which _start is.
            case "riscv64" -> first.orElse(image.virtualBase());
            // The header before _stext is not mapped, and without CONFIG_KALLSYMS_ALL it has no symbol.
            case "arm64" -> text.orElse(code.orElse(image.virtualBase()) & -ARM64_ALIGNMENT);
            default -> text.orElse(image.virtualBase());
        };
    }

    private static long link(AddressFacts facts, KernelImage image, KernelVersion version) {
        return switch (facts.architecture()) {
            case "riscv64" -> RISCV64_LINK;
            case "arm64" -> arm64Link(facts.kernelFormat().virtualBits(), version);
            // The image is part of the linear map there, whose start is the distance between the two spaces.
            case "i386" -> image.virtualBase() - image.physicalBase() + PHYSICAL_START;
            default -> KernelImage.REGION_START + PHYSICAL_START;
        };
    }

    /** {@code KIMAGE_VADDR}: behind the modules' area, and up to 5.16 that of eBPF programs, of 128 MiB each; 2 GiB since 6.5. */
    private static long arm64Link(int virtualBits, KernelVersion version) {
        long pageEnd = -1L << (Math.min(virtualBits, ARM64_MOST_BITS) - 1);
        if (version.isAtLeast(6, 5)) {
            return pageEnd + (2L << 30);
        }
        return pageEnd + (version.isAtLeast(5, 17) ? 128L << 20 : 256L << 20);
    }
}
