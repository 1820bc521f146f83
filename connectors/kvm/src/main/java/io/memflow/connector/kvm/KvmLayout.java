package io.memflow.connector.kvm;

import io.memflow.host.layout.Processor;
import io.memflow.host.ram.HostPiece;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where programs that use KVM put RAM into a machine's address space. Each layout is a guess until page tables have
 * confirmed it. Stateless.
 *
 * <p>Source: QEMU's hw/i386/pc_q35.c, pc_piix.c and microvm.c, hw/arm/virt.c and hw/riscv/virt.c; Firecracker's
 * src/vmm/src/arch/x86_64/layout.rs ({@code MMIO_MEM_START}) and aarch64/layout.rs ({@code DRAM_MEM_START}); Cloud
 * Hypervisor's arch/src/x86_64/layout.rs ({@code MEM_32BIT_RESERVED_START}) and aarch64/layout.rs ({@code RAM_START});
 * crosvm's x86_64 and aarch64 ({@code AARCH64_PHYS_MEM_START}); kvmtool's x86/include/kvm/kvm-arch.h
 * ({@code KVM_32BIT_GAP_START}) and arm/include/arm-common/kvm-arch.h ({@code ARM_MEMORY_AREA}).
 */
final class KvmLayout {
    private static final long FOUR_GIGABYTES = 1L << 32;

    /** Where RAM below 4 GiB may end on x86: QEMU's q35, Cloud Hypervisor and QEMU's pc, Firecracker and others, old pc. */
    private static final List<Long> SPLITS =
            List.of(0x8000_0000L, 0xB000_0000L, 0xC000_0000L, 0xD000_0000L, 0xE000_0000L);

    /** What shows between these, RAM, firmware or a display's window, differs and may change while a machine runs. */
    private static final long LEGACY_START = 0xA_0000;

    private static final long LEGACY_END = 0x10_0000;

    private static final List<Long> ARM64_BASES = List.of(0x4000_0000L, 0x8000_0000L);
    private static final List<Long> RISCV64_BASES = List.of(0x8000_0000L);

    private KvmLayout() {}

    /**
     * The layouts that are possible, each with its pieces ascending.
     *
     * @param runs of the process' memory, the largest first
     */
    static List<List<HostPiece>> candidates(Processor processor, List<MemoryRun> runs) {
        Set<List<HostPiece>> layouts = new LinkedHashSet<>();
        for (MemoryRun low : runs) {
            switch (processor) {
                case X86 -> addX86(low, runs, layouts);
                case ARM64 -> ARM64_BASES.forEach(base -> layouts.add(plain(base, low)));
                case RISCV64 -> RISCV64_BASES.forEach(base -> layouts.add(plain(base, low)));
                case OTHER -> {}
            }
        }
        return List.copyOf(layouts);
    }

    private static List<HostPiece> plain(long base, MemoryRun run) {
        return List.of(new HostPiece(base, run.start(), run.length()));
    }

    private static void addX86(MemoryRun low, List<MemoryRun> runs, Set<List<HostPiece>> layouts) {
        for (long split : SPLITS) {
            if (low.length() < split) {
                layouts.add(below(low, low.length()));
            } else if (low.length() > split) {
                layouts.add(and(
                        below(low, split), new HostPiece(FOUR_GIGABYTES, low.start() + split, low.length() - split)));
                addHole(low, split, layouts);
            } else {
                layouts.add(below(low, split));
                runs.stream()
                        .filter(high -> !high.equals(low))
                        .forEach(high -> layouts.add(
                                and(below(low, split), new HostPiece(FOUR_GIGABYTES, high.start(), high.length()))));
            }
        }
    }

    /** kvmtool maps the hole below 4 GiB too, so that addresses in the process run as those of the machine do. */
    private static void addHole(MemoryRun low, long split, Set<List<HostPiece>> layouts) {
        if (low.length() > FOUR_GIGABYTES) {
            layouts.add(and(
                    below(low, split),
                    new HostPiece(FOUR_GIGABYTES, low.start() + FOUR_GIGABYTES, low.length() - FOUR_GIGABYTES)));
        }
    }

    private static List<HostPiece> below(MemoryRun run, long length) {
        return List.of(
                new HostPiece(0, run.start(), LEGACY_START),
                new HostPiece(LEGACY_END, run.start() + LEGACY_END, length - LEGACY_END));
    }

    private static List<HostPiece> and(List<HostPiece> pieces, HostPiece last) {
        List<HostPiece> all = new ArrayList<>(pieces);
        all.add(last);
        return List.copyOf(all);
    }
}
