package io.memflow.formats.crashdump;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of the kernel's own structures and offsets of their members, as the kernel tells them its debugger ({@code
 * KDDEBUGGER_DATA64} of wdbgexts.h, since Windows Server 2003), and two places. Immutable.
 *
 * @param buildLab virtual address of the text {@code NtBuildLab}
 * @param processorBlock virtual address of {@code KiProcessorBlock}, a pointer to the {@code KPRCB} of each processor
 * @param processBytes {@code SizeEProcess}
 * @param peb {@code OffsetEprocessPeb}
 * @param parent {@code OffsetEprocessParentCID}
 * @param directoryTable {@code OffsetEprocessDirectoryTableBase}
 * @param threadBytes {@code SizeEThread}
 * @param teb {@code OffsetKThreadTeb}
 * @param kernelStack {@code OffsetKThreadKernelStack}
 * @param initialStack {@code OffsetKThreadInitialStack}
 * @param apcProcess {@code OffsetKThreadApcProcess}: the process whose memory the thread uses
 * @param state {@code OffsetKThreadState}
 * @param processorBytes {@code SizePrcb}
 * @param currentThread {@code OffsetPrcbCurrentThread}
 * @param processorContext {@code OffsetPrcbProcStateContext}: registers of a processor that was stopped
 */
public record DebuggerOffsets(
        long buildLab,
        long processorBlock,
        int processBytes,
        int peb,
        int parent,
        int directoryTable,
        int threadBytes,
        int teb,
        int kernelStack,
        int initialStack,
        int apcProcess,
        int state,
        int processorBytes,
        int currentThread,
        int processorContext) {
    /** Up to {@code SizeEThread}. */
    private static final int READ_BYTES = 0x2C2;

    /** Decodes them; empty when the bytes are no {@code KDDEBUGGER_DATA64} in plain, or one of a kernel before them. */
    public static Optional<DebuggerOffsets> decode(MemorySegment bytes) {
        return DebuggerData.decode(bytes).map(DebuggerData::offsets);
    }

    /**
     * Reads them.
     *
     * @param bytes of the structure as far as it says it is long; null when that is not far enough
     */
    static @Nullable DebuggerOffsets of(MemorySegment bytes) {
        if (bytes.byteSize() < READ_BYTES) {
            return null;
        }
        return new DebuggerOffsets(
                LittleEndian.u64(bytes, 0x208),
                LittleEndian.u64(bytes, 0x218),
                LittleEndian.u16(bytes, 0x2A8),
                LittleEndian.u16(bytes, 0x2AA),
                LittleEndian.u16(bytes, 0x2AC),
                LittleEndian.u16(bytes, 0x2AE),
                LittleEndian.u16(bytes, 0x2C0),
                LittleEndian.u16(bytes, 0x29A),
                LittleEndian.u16(bytes, 0x29C),
                LittleEndian.u16(bytes, 0x29E),
                LittleEndian.u16(bytes, 0x2A0),
                LittleEndian.u16(bytes, 0x2A2),
                LittleEndian.u16(bytes, 0x2B0),
                LittleEndian.u16(bytes, 0x2B4),
                LittleEndian.u16(bytes, 0x2BC));
    }

    /** Those that are members of structures; an offset of 0 tells nothing, since no kernel has one of these first. */
    List<DebuggerMember> members() {
        return Stream.of(
                        new DebuggerMember("_KTHREAD", "Teb", teb),
                        new DebuggerMember("_KTHREAD", "KernelStack", kernelStack),
                        new DebuggerMember("_KTHREAD", "InitialStack", initialStack),
                        new DebuggerMember("_KTHREAD", "State", state),
                        new DebuggerMember("_EPROCESS", "Peb", peb),
                        new DebuggerMember("_EPROCESS", "InheritedFromUniqueProcessId", parent),
                        new DebuggerMember("_KPROCESS", "DirectoryTableBase", directoryTable),
                        new DebuggerMember("_KPRCB", "CurrentThread", currentThread))
                .filter(member -> member.offset() != 0)
                .toList();
    }
}
