package io.memflow.os.windows.registry;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * The head of the list of hives, {@code CmpHiveListHead}, which no kernel exports: in the kernel's image, the one pair of
 * pointers that both lead to links of hives which lead back. Stateless.
 */
final class HiveListHead {
    private static final int PAGE = 4096;
    /** No kernel's image is larger, whatever its header says. */
    private static final long LARGEST_IMAGE = 64L << 20;

    private HiveListHead() {}

    /** Its virtual address; empty when it is not there. */
    static OptionalLong find(WindowsKernel kernel, HiveSigns signs) {
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        long end = kernel.image().base() + Math.min(kernel.image().size(), LARGEST_IMAGE);
        for (long at = kernel.image().base(); at < end; at += PAGE) {
            if (kernel.memory().tryRead(at, page) == Fault.NONE) {
                long found = inPage(kernel, signs, at, page);
                if (found != 0) {
                    return OptionalLong.of(found);
                }
            }
        }
        return OptionalLong.empty();
    }

    private static long inPage(WindowsKernel kernel, HiveSigns signs, long start, MemorySegment page) {
        int pointer = kernel.pointerBytes();
        for (int offset = 0; offset + 2 * pointer <= PAGE; offset += pointer) {
            long next = get(page, offset, pointer);
            long previous = get(page, offset + pointer, pointer);
            if (signs.mayBeHiveLink(next)
                    && signs.mayBeHiveLink(previous)
                    && signs.leadsBack(next, start + offset)
                    && signs.isHiveLink(next)
                    && signs.isHiveLink(previous)) {
                return start + offset;
            }
        }
        return 0;
    }

    private static long get(MemorySegment page, int offset, int pointer) {
        return pointer == Long.BYTES
                ? page.get(ScalarLayout.LONG_LITTLE, offset)
                : Integer.toUnsignedLong(page.get(ScalarLayout.INT_LITTLE, offset));
    }
}
