package io.memflow.os.windows.discovery;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.X86Paging;
import io.memflow.formats.crashdump.DebuggerData;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What one pass over physical memory shows of Windows kernels: root page tables by the entry that maps the tables
 * themselves, first pages of kernel images, debugger blocks, the page shared with user mode. Confined.
 */
final class MemorySurvey {
    private static final int PAGE_BYTES = 4096;
    private static final int WORDS = PAGE_BYTES / Long.BYTES;

    /** Every process has a root, so there are as many as processes, and stale ones. */
    private static final int MOST_ROOTS = 1 << 16;

    /** A machine has one; copies of its file and of others lie about. */
    private static final int MOST_IMAGES = 1 << 12;

    private static final long PRESENT = 1;
    private static final long ENTRY_ADDRESS = X86Paging.ADDRESS & 0x0000_FFFF_FFFF_F000L;
    private static final long ENTRY_FLAGS = 0xFFF;

    /** The page directory of 32-bit kernels maps the tables at 0xC0000000: its entry 0x300 names itself. */
    private static final int SELF_ENTRY_32 = 0xC00 / Long.BYTES;

    private static final long ENTRY_ADDRESS_32 = 0xFFFF_F000L;

    /** The list of debugger blocks lies before {@code OwnerTag}. */
    private static final int DEBUGGER_TAG_WORD = 0x10 / Long.BYTES;

    /** {@code NtSystemRoot} of {@code KUSER_SHARED_DATA} begins {@code X:\}, in UTF-16. */
    private static final int SYSTEM_ROOT_WORD = 0x30 / Long.BYTES;

    private static final long ROOT_TAIL = 0x005C_003AL;

    private static final int DOS_SIGNATURE = 0x5A4D;
    private static final int PE_SIGNATURE = 0x4550;
    private static final int PE_OFFSET_WORD = 0x3C / Long.BYTES;
    private static final int FARTHEST_PE_HEADER = 0x800;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int SECTION_BYTES = 40;
    private static final int MOST_SECTIONS = 96;

    /** Sections that only kernels have. */
    private static final long POOLCODE = word("POOLCODE");

    private static final long INITKDBG = word("INITKDBG");

    private final long[] words = new long[WORDS];
    private final PageList selfMapped = new PageList(MOST_ROOTS);
    private final PageList selfMapped32 = new PageList(MOST_ROOTS);
    private final PageList selfMappedPae = new PageList(MOST_ROOTS);
    private final PageList pointerTables = new PageList(MOST_ROOTS);
    private final PageList images = new PageList(MOST_IMAGES);
    private final PageList debuggerBlocks = new PageList(MOST_IMAGES);
    private final PageList sharedPages = new PageList(MOST_IMAGES);

    private MemorySurvey() {}

    static MemorySurvey of(PhysicalMemory memory) {
        MemorySurvey survey = new MemorySurvey();
        PhysicalScan.pages(memory, survey::collect);
        return survey;
    }

    /** Pages with 64-bit entries, one of which in their upper half names the page itself. */
    long[] selfMapped() {
        return selfMapped.toArray();
    }

    /** Page directories of two-level tables. */
    long[] selfMapped32() {
        return selfMapped32.toArray();
    }

    /** The page directory of the last gigabyte in tables with page directory pointers. */
    long[] selfMappedPae() {
        return selfMappedPae.toArray();
    }

    /** 32-byte pieces that could be page directory pointers. */
    long[] pointerTables() {
        return pointerTables.toArray();
    }

    /** First pages of images with sections that only kernels have. */
    long[] images() {
        return images.toArray();
    }

    /** Where a plain {@code KDDEBUGGER_DATA64} could begin. */
    long[] debuggerBlocks() {
        return debuggerBlocks.toArray();
    }

    /** Pages that could be {@code KUSER_SHARED_DATA}. */
    long[] sharedPages() {
        return sharedPages.toArray();
    }

    private void collect(long physical, MemorySegment chunk) {
        for (long at = 0; at < chunk.byteSize(); at += PAGE_BYTES) {
            MemorySegment.copy(chunk, ScalarLayout.LONG_LITTLE, at, words, 0, WORDS);
            look(physical + at);
        }
    }

    private void look(long physical) {
        if (PhysicalScan.isZero(words)) {
            return;
        }
        lookForRoots(physical);
        if ((words[0] & 0xFFFF) == DOS_SIGNATURE && isKernelHeader()) {
            images.add(physical);
        }
        if ((words[SYSTEM_ROOT_WORD] >>> Short.SIZE & 0xFFFF_FFFFL) == ROOT_TAIL) {
            sharedPages.add(physical);
        }
        long tagged = 0;
        for (int i = 0; i < WORDS; i++) {
            tagged |= zero((words[i] ^ DebuggerData.TAG) & 0xFFFF_FFFFL);
        }
        if (tagged < 0) {
            lookForDebuggerBlocks(physical);
        }
    }

    /**
     * A word with its highest bit set when the given one is 0, and clear otherwise. Loops over pages gather these without a
     * branch, so that they run at the speed of memory.
     */
    private static long zero(long word) {
        return (word - 1) & ~word;
    }

    private void lookForDebuggerBlocks(long physical) {
        for (int i = DEBUGGER_TAG_WORD; i < WORDS; i++) {
            int size = (int) (words[i] >>> Integer.SIZE);
            if ((int) words[i] == DebuggerData.TAG
                    && size >= DebuggerData.LEAST_BYTES
                    && size < DebuggerData.MOST_BYTES) {
                debuggerBlocks.add(physical + (long) (i - DEBUGGER_TAG_WORD) * Long.BYTES);
            }
        }
    }

    private void lookForRoots(long physical) {
        long self = physical | PRESENT;
        long mapsItself = 0;
        for (int i = WORDS / 2; i < WORDS; i++) {
            mapsItself |= zero((words[i] & (ENTRY_ADDRESS | PRESENT)) ^ self);
        }
        if (mapsItself < 0) {
            selfMapped.add(physical);
        }
        if ((words[SELF_ENTRY_32] & (ENTRY_ADDRESS_32 | PRESENT)) == self) {
            selfMapped32.add(physical);
        }
        if ((words[3] & (ENTRY_ADDRESS | PRESENT)) == self && (words[0] & words[1] & words[2] & PRESENT) != 0) {
            selfMappedPae.add(physical);
        }
        for (int i = 0; i < WORDS; i += 4) {
            // All other bits below the address are reserved in these (Intel SDM volume 3, table 4-8) but PWT and PCD.
            if ((words[i] & ENTRY_FLAGS) == PRESENT
                    && (words[i + 1] & ENTRY_FLAGS) == PRESENT
                    && (words[i + 2] & ENTRY_FLAGS) == PRESENT
                    && (words[i + 3] & ENTRY_FLAGS) == PRESENT) {
                pointerTables.add(physical + (long) i * Long.BYTES);
            }
        }
    }

    private boolean isKernelHeader() {
        int header = (int) (words[PE_OFFSET_WORD] >>> Integer.SIZE);
        if (header <= 0 || header > FARTHEST_PE_HEADER || intAt(header) != PE_SIGNATURE) {
            return false;
        }
        int sections = intAt(header + 6) & 0xFFFF;
        int table = header + FILE_HEADER_BYTES + (intAt(header + 20) & 0xFFFF);
        for (int i = 0; i < Math.min(sections, MOST_SECTIONS); i++) {
            int at = table + i * SECTION_BYTES;
            if (at + Long.BYTES > PAGE_BYTES) {
                return false;
            }
            long name = (intAt(at) & 0xFFFF_FFFFL) | ((long) intAt(at + Integer.BYTES) << Integer.SIZE);
            if (name == POOLCODE || name == INITKDBG) {
                return true;
            }
        }
        return false;
    }

    /** Four bytes of the page, at any place up to four bytes before its end. */
    private int intAt(int offset) {
        int shift = offset % Long.BYTES * Byte.SIZE;
        long low = words[offset / Long.BYTES] >>> shift;
        if (shift <= Integer.SIZE) {
            return (int) low;
        }
        return (int) (low | words[(offset / Long.BYTES + 1) % WORDS] << (Long.SIZE - shift));
    }

    private static long word(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return MemorySegment.ofArray(bytes).get(ScalarLayout.LONG_LITTLE, 0);
    }
}
