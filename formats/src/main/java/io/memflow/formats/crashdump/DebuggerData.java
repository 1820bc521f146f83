package io.memflow.formats.crashdump;

import io.memflow.core.memory.MemoryView;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What a kernel keeps for its debugger ({@code KDDEBUGGER_DATA64} of wdbgexts.h). Systems since Windows 8 encode it in memory;
 * crash dumps have it plain. Immutable.
 *
 * @param bytes how long the structure says it is
 * @param kernelBase virtual address of the kernel's first byte
 * @param loadedModules virtual address of {@code PsLoadedModuleList}
 * @param activeProcesses virtual address of {@code PsActiveProcessHead}
 * @param cidTable virtual address of {@code PspCidTable}
 */
public record DebuggerData(long bytes, long kernelBase, long loadedModules, long activeProcesses, long cidTable) {
    /** {@code OwnerTag}: "KDBG". */
    private static final int TAG = 0x4742_444B;

    /** Bytes up to the last field that is read. */
    private static final int READ_BYTES = 0x60;

    /** Decodes it; empty when the bytes do not have its tag, as while it is encoded. */
    public static Optional<DebuggerData> decode(MemorySegment bytes) {
        if (bytes.byteSize() < READ_BYTES || LittleEndian.s32(bytes, 0x10) != TAG) {
            return Optional.empty();
        }
        return Optional.of(new DebuggerData(
                LittleEndian.u32(bytes, 0x14),
                LittleEndian.u64(bytes, 0x18),
                LittleEndian.u64(bytes, 0x48),
                LittleEndian.u64(bytes, 0x50),
                LittleEndian.u64(bytes, 0x58)));
    }

    /**
     * Reads it; empty when it is not there in plain.
     *
     * @param address virtual address
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     */
    public static Optional<DebuggerData> read(MemoryView memory, long address) {
        return decode(MemorySegment.ofArray(memory.readBytes(address, READ_BYTES)));
    }
}
