package io.memflow.os.linux.region;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.Provenance;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;
import java.util.OptionalLong;

/**
 * The vsyscall page, which 64-bit processes see although it is none of their regions
 * (arch/x86/entry/vsyscall/vsyscall_64.c). Most kernels today are built without it. Thread-safe.
 */
final class GateRegion {
    /** {@code vsyscall_mode == NONE}: EMULATE is 0, XONLY 1. */
    private static final int MODE_NONE = 2;
    /** {@code MM_CONTEXT_HAS_VSYSCALL}, arch/x86/include/asm/mmu.h. */
    private static final int HAS_VSYSCALL = 1 << 1;

    private final MemoryView memory;
    private final long mode;
    private final long gate;
    private final OptionalLong contextFlags;
    private final long start;
    private final long end;

    GateRegion(Kernel kernel) {
        memory = kernel.memory();
        mode = kernel.addressOrZero("vsyscall_mode");
        gate = kernel.addressOrZero("gate_vma");
        StructureLayout layout = kernel.layout();
        contextFlags = layout.optionalOffset("mm_struct", "context.flags");
        start = layout.offset("vm_area_struct", "vm_start");
        end = layout.offset("vm_area_struct", "vm_end");
    }

    /** Virtual address of the page's {@code vm_area_struct}, when the address space shows it. */
    OptionalLong vma(long mm) {
        if (mode == 0 || gate == 0 || contextFlags.isEmpty() || memory.readInt(mode) == MODE_NONE) {
            return OptionalLong.empty();
        }
        boolean shown = (memory.readUnsigned(mm + contextFlags.getAsLong(), Short.BYTES) & HAS_VSYSCALL) != 0;
        return shown ? OptionalLong.of(gate) : OptionalLong.empty();
    }

    MemoryRegion row(long vma, String permissions) {
        return new MemoryRegion(
                memory.readPointer(vma + start),
                memory.readPointer(vma + end),
                permissions,
                0,
                "[vsyscall]",
                0,
                new Provenance(List.of("gate_vma"), List.of()));
    }
}
