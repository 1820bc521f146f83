package io.memflow.formats.crashdump;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel keeps for its debugger ({@code KDDEBUGGER_DATA64} of wdbgexts.h). Systems since Windows 8 encode it in memory;
 * crash dumps have it plain. Immutable.
 *
 * @param bytes how long the structure says it is
 * @param kernelBase virtual address of the kernel's first byte
 * @param loadedModules virtual address of {@code PsLoadedModuleList}
 * @param activeProcesses virtual address of {@code PsActiveProcessHead}
 * @param cidTable virtual address of {@code PspCidTable}
 * @param rootDirectory virtual address of {@code ObpRootDirectoryObject}; 0 when the structure ends before it
 * @param offsets what it tells of other structures; null before Windows Server 2003
 */
public record DebuggerData(
        long bytes,
        long kernelBase,
        long loadedModules,
        long activeProcesses,
        long cidTable,
        long rootDirectory,
        @Nullable DebuggerOffsets offsets) {
    /** {@code OwnerTag}: "KDBG". */
    public static final int TAG = 0x4742_444B;

    /** Bytes up to {@code PspCidTable}, without which it is of no use. */
    public static final int LEAST_BYTES = 0x60;

    /** No system has one that is half as long. */
    public static final int MOST_BYTES = 0x1000;

    private static final int ROOT_DIRECTORY = 0x98;

    /** Where members of other structures lie. */
    public List<DebuggerMember> members() {
        return offsets == null ? List.of() : offsets.members();
    }

    /** Decodes it; empty when the bytes do not have its tag, as while it is encoded. */
    public static Optional<DebuggerData> decode(MemorySegment bytes) {
        if (bytes.byteSize() < LEAST_BYTES || LittleEndian.s32(bytes, 0x10) != TAG) {
            return Optional.empty();
        }
        long size = LittleEndian.u32(bytes, 0x14);
        MemorySegment data = bytes.asSlice(0, Math.min(bytes.byteSize(), size));
        if (data.byteSize() < LEAST_BYTES) {
            return Optional.empty();
        }
        return Optional.of(new DebuggerData(
                size,
                LittleEndian.u64(bytes, 0x18),
                LittleEndian.u64(bytes, 0x48),
                LittleEndian.u64(bytes, 0x50),
                LittleEndian.u64(bytes, 0x58),
                data.byteSize() < ROOT_DIRECTORY + Long.BYTES ? 0 : LittleEndian.u64(bytes, ROOT_DIRECTORY),
                DebuggerOffsets.of(data)));
    }

    /**
     * Reads it, as far as it is in memory; empty when it is not there in plain.
     *
     * @param address virtual address
     * @throws io.memflow.core.memory.MemoryAccessException when its first fields cannot be read
     */
    public static Optional<DebuggerData> read(MemoryView memory, long address) {
        MemorySegment first = MemorySegment.ofArray(memory.readBytes(address, LEAST_BYTES));
        Optional<DebuggerData> start = decode(first);
        if (start.isEmpty() || start.get().bytes > MOST_BYTES) {
            return start;
        }
        try {
            return decode(MemorySegment.ofArray(memory.readBytes(address, (int) start.get().bytes)));
        } catch (MemoryAccessException onlyItsStart) {
            return start;
        }
    }
}
