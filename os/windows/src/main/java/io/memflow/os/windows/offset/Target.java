package io.memflow.os.windows.offset;

import io.memflow.core.error.MemflowException;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.crashdump.DebuggerMember;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.List;

/**
 * The kernel whose offsets are asked for.
 *
 * @param memory its address space
 * @param image its image
 * @param systemProcess virtual address of the process {@code System}; 0 when not known
 * @param systemTime in units of 100 ns since 1601 (UTC); 0 when not known
 * @param processBytes what a process has at most: members are not looked for behind it
 * @param threadBytes likewise of a thread
 * @param told what the kernel tells its debugger
 */
public record Target(
        WindowsArchitecture architecture,
        WindowsVersion version,
        VirtualMemory memory,
        PeImage image,
        long systemProcess,
        long systemTime,
        int processBytes,
        int threadBytes,
        List<DebuggerMember> told) {
    public Target {
        told = List.copyOf(told);
    }

    /** The same with another bound of a process. */
    Target withProcessBytes(int bytes) {
        return new Target(architecture, version, memory, image, systemProcess, systemTime, bytes, threadBytes, told);
    }

    int pointerBytes() {
        return architecture.pointerBytes();
    }

    boolean isKernelAddress(long address) {
        return address != Sample.UNKNOWN && architecture.isKernelAddress(address);
    }

    /** A pointer, or {@link Sample#UNKNOWN}. */
    long pointer(long address) {
        try {
            return memory.readPointer(address);
        } catch (MemflowException unreadable) {
            return Sample.UNKNOWN;
        }
    }

    /** A number, or {@link Sample#UNKNOWN}. */
    long number(long address, int bytes) {
        try {
            return memory.readUnsigned(address, bytes);
        } catch (MemflowException unreadable) {
            return Sample.UNKNOWN;
        }
    }
}
