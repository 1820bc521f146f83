package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;

/** Writes the block of the one processor ({@code KPCR} with {@code KPRCB} in it). Stateless. */
final class ProcessorBlock {
    private static final String NAME = "_KPCR";

    private ProcessorBlock() {}

    /** The member by which a block names itself. */
    static String self(SyntheticTypes types) {
        return types.has(NAME, "Self") ? "Self" : "SelfPcr";
    }

    /**
     * Writes it.
     *
     * @param thread what runs
     */
    static void write(Machine machine, KernelImage image, long thread) {
        SyntheticTypes types = machine.types();
        SyntheticSpace space = machine.kernel();
        long at = machine.places().processor();
        // Up to 2003 on 32-bit systems the block ends the address space, whole or not.
        long bytes = Math.min(types.size(NAME), machine.build() < WindowsVersion.VISTA ? SyntheticRam.PAGE : 1 << 20);
        space.mapFresh(at, bytes, PageAccess.KERNEL_WRITE);
        space.pointer(at + types.at(NAME, self(types)), at);
        long processor = at + types.at(NAME, "Prcb");
        if (types.has(NAME, "CurrentPrcb")) {
            space.pointer(at + types.at(NAME, "CurrentPrcb"), processor);
        } else {
            // KPCR.Prcb: a pointer, just before which nothing is; the block itself follows at 0x120.
            space.pointer(at + types.at(NAME, "Prcb"), at + 0x120);
            processor = at + 0x120;
        }
        space.pointer(processor + types.at("_KPRCB", "CurrentThread"), thread);
        boolean isPlain = machine.options().debuggerBlock == DebuggerBlock.PLAIN;
        if (isPlain && machine.pointer() == Integer.BYTES) {
            version(machine, image, at);
        }
    }

    /** {@code DBGKD_GET_VERSION64}, which leads to the debugger's data. */
    private static void version(Machine machine, KernelImage image, long at) {
        SyntheticSpace space = machine.kernel();
        long block = image.address(KernelVariable.KD_VERSION_BLOCK);
        space.pointer(at + machine.types().at(NAME, "KdVersionBlock"), block);
        space.put16(block, 0xF);
        space.put16(block + 2, machine.build());
        space.put16(block + 8, PeWriter.MACHINE_X86);
        space.put64(block + 0x10, signed(image.base()));
        space.put64(block + 0x18, signed(image.address(KernelVariable.PS_LOADED_MODULE_LIST)));
        space.put64(block + 0x20, signed(image.address(KernelVariable.KD_DEBUGGER_DATA_LIST)));
    }

    /** A 32-bit address as fields of 64 bits have it. */
    private static long signed(long address) {
        return address << Integer.SIZE >> Integer.SIZE;
    }
}
