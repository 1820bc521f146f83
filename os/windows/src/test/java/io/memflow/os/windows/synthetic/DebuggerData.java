package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;

/**
 * Writes what a kernel keeps for its debugger ({@code KDDEBUGGER_DATA64} of wdbgexts.h), plain or encoded. Stateless.
 */
final class DebuggerData {
    /** "KDBG". */
    private static final int TAG = 0x4742_444B;

    private static final int SIZES = 0x298;
    private static final int WORD_BITS = 64;

    private final Machine machine;
    private final KernelImage image;
    private final SyntheticSpace space;
    private final long at;
    private final int size;

    private DebuggerData(Machine machine, KernelImage image) {
        this.machine = machine;
        this.image = image;
        space = machine.kernel();
        at = image.address(KernelVariable.KD_DEBUGGER_DATA_BLOCK);
        size = size(machine.build());
    }

    /** Writes it as the options say; returns where it lies, or 0. */
    static long write(Machine machine, KernelImage image) {
        if (machine.options().debuggerBlock == DebuggerBlock.NONE) {
            return 0;
        }
        DebuggerData data = new DebuggerData(machine, image);
        data.plain();
        if (machine.options().debuggerBlock == DebuggerBlock.ENCODED) {
            data.encode();
        }
        return data.at;
    }

    /** Bytes of it in a build. */
    static int size(int build) {
        if (build < WindowsVersion.VISTA) {
            return build < 3790 ? 0x290 : 0x318;
        }
        if (build < WindowsVersion.EIGHT) {
            return build >= WindowsVersion.SEVEN ? 0x340 : build == WindowsVersion.VISTA ? 0x328 : 0x330;
        }
        return build < WindowsVersion.TEN ? 0x360 : build < 19041 ? 0x368 : 0x380;
    }

    private void plain() {
        long list = image.address(KernelVariable.KD_DEBUGGER_DATA_LIST);
        wide(0, list);
        wide(8, list);
        int pointer = machine.pointer();
        space.link(list, pointer, at, at);
        space.put32(at + 0x10, TAG);
        space.put32(at + 0x14, size);
        wide(0x18, image.base());
        wide(0x48, image.address(KernelVariable.PS_LOADED_MODULE_LIST));
        wide(0x50, image.address(KernelVariable.PS_ACTIVE_PROCESS_HEAD));
        wide(0x58, image.address(KernelVariable.PSP_CID_TABLE));
        wide(0x98, image.address(KernelVariable.OBP_ROOT_DIRECTORY_OBJECT));
        boolean isOld = machine.types().has("_OBJECT_HEADER", "Type");
        wide(0xA0, isOld ? machine.objects().type(ObjectType.TYPE) : image.address(KernelVariable.OB_TYPE_INDEX_TABLE));
        wide(0x120, image.address(KernelVariable.MM_PAGED_POOL_START));
        wide(0x138, SyntheticRam.PAGE);
        if (size > SIZES) {
            offsets();
        }
    }

    /** Offsets of members, for debuggers without symbols; since 2003. */
    private void offsets() {
        SyntheticTypes types = machine.types();
        offset(0x29A, "_KTHREAD", "Teb");
        offset(0x29C, "_KTHREAD", "KernelStack");
        offset(0x29E, "_KTHREAD", "InitialStack");
        space.put16(at + 0x2A0, types.at("_KTHREAD", "ApcState") + 4L * machine.pointer());
        offset(0x2A2, "_KTHREAD", "State");
        space.put16(at + 0x2A8, types.size("_EPROCESS"));
        offset(0x2AA, "_EPROCESS", "Peb");
        offset(0x2AC, "_EPROCESS", "InheritedFromUniqueProcessId");
        offset(0x2AE, "_KPROCESS", "DirectoryTableBase");
        space.put16(at + 0x2B0, types.size("_KPRCB"));
        offset(0x2B4, "_KPRCB", "CurrentThread");
        offset(0x2BC, "_KPRCB", "ProcessorState");
        offset(0x2BE, "_KPRCB", "Number");
        space.put16(at + 0x2C0, types.size("_ETHREAD"));
        space.put16(at + 0x2E0, types.size("_KPCR"));
        space.put16(at + 0x2E2, types.at("_KPCR", ProcessorBlock.self(types)));
        space.put16(at + 0x2E6, types.at("_KPCR", "Prcb"));
    }

    private void offset(int field, String structure, String member) {
        space.put16(at + field, machine.types().at(structure, member));
    }

    /** Addresses of 32-bit kernels have their sign extended. */
    private void wide(int field, long value) {
        space.put64(at + field, machine.pointer() == Integer.BYTES ? (int) value : value);
    }

    /** The inverse of what {@code KdCopyDataBlock} does to each word. */
    private void encode() {
        long never = space.get(image.address(KernelVariable.KI_WAIT_NEVER), Long.BYTES);
        long always = space.get(image.address(KernelVariable.KI_WAIT_ALWAYS), Long.BYTES);
        long flag = image.address(KernelVariable.KDP_DATA_BLOCK_ENCODED);
        space.put8(flag, 1);
        for (long word = at; word < at + size; word += Long.BYTES) {
            long plain = space.get(word, Long.BYTES);
            long mixed = Long.reverseBytes(plain ^ always) ^ flag;
            space.put64(word, Long.rotateRight(mixed, (int) (never & 0xFF) % WORD_BITS) ^ never);
        }
    }
}
