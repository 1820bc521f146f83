package io.memflow.fuzz.target;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.Declarations;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;
import java.lang.foreign.MemorySegment;

/** A machine whose memory is the input, mapped from {@link #BASE} on. Confined. */
final class LogMachine {
    static final long BASE = 0xFFFF_8880_0000_0000L;

    private static final int PAGE = 0x1000;
    /** Present and writable; with bit 7 a page of 1 GiB (Intel SDM volume 3, paging-structure entries). */
    private static final long PRESENT = 3;

    private static final long LARGE = 0x80;

    private final InputMemory memory = new InputMemory(tables());
    /** The kernel with those structures and symbols in the memory, whose contents may change. */
    Kernel kernel(Declarations declarations, KernelVersion version) {
        VirtualMemory virtual =
                new VirtualMemory(memory, new PageTableWalker(memory, X86Paging.LEVEL4), InputMemory.FIXED);
        return declarations.kernel(virtual, version);
    }

    /** Puts an input into the memory. */
    void hold(byte[] input) {
        memory.hold(input);
    }

    /** The two page tables, behind any input, within the one 1 GiB page that maps it. */
    private static byte[] tables() {
        byte[] bytes = new byte[2 * PAGE];
        MemorySegment tables = MemorySegment.ofArray(bytes);
        tables.set(ScalarLayout.LONG_LITTLE, (BASE >>> 39 & 0x1FF) * Long.BYTES, InputMemory.FIXED + PAGE | PRESENT);
        tables.set(ScalarLayout.LONG_LITTLE, PAGE, PRESENT | LARGE);
        return bytes;
    }
}
