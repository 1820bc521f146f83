package io.memflow.os.windows.discovery;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;

/**
 * The block that starts further processors of an x64 machine ({@code PROCESSOR_START_BLOCK}), in the first megabyte. Both
 * are 0 where there is none, as on many virtual machines.
 *
 * @param dtb physical address of the kernel's root page table ({@code ProcessorState.SpecialRegisters.Cr3})
 * @param entry virtual address inside the kernel's image ({@code LmTarget})
 */
record LowStub(long dtb, long entry) {
    private static final long FIRST = 0x1000;
    private static final long END = 0xA0000;
    private static final int PAGE_BYTES = 4096;

    /** A jump over the block's header, and {@code CompletionFlag} that is set: E9 xx 06 00 01 00 00 00. */
    private static final long START_MASK = 0xFFFF_FFFF_FFFF_00FFL;

    private static final long START = 0x0000_0001_0006_00E9L;
    private static final int TARGET_AT = 0x70;
    private static final long TARGET_MASK = 0xFFFF_F800_0000_0003L;
    private static final long TARGET = 0xFFFF_F800_0000_0000L;
    private static final int CR3_AT = 0xA0;
    private static final long CR3_MASK = 0xFFFF_FF00_0000_0FFFL;

    static LowStub find(PhysicalMemory memory) {
        MemorySegment words = MemorySegment.ofArray(new long[(CR3_AT + Long.BYTES) / Long.BYTES]);
        for (long page = FIRST; page < END; page += PAGE_BYTES) {
            if (memory.tryRead(page, words) != Fault.NONE) {
                continue;
            }
            long target = words.get(ScalarLayout.LONG_LITTLE, TARGET_AT);
            long cr3 = words.get(ScalarLayout.LONG_LITTLE, CR3_AT);
            if ((words.get(ScalarLayout.LONG_LITTLE, 0) & START_MASK) == START
                    && (target & TARGET_MASK) == TARGET
                    && (cr3 & CR3_MASK) == 0
                    && cr3 != 0) {
                return new LowStub(cr3, target);
            }
        }
        return new LowStub(0, 0);
    }

    boolean isFound() {
        return dtb != 0;
    }
}
