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
    private static final String SYMBOL = "CmpHiveListHead";
    private static final int PAGE = 4096;
    /** No kernel's image is larger, whatever its header says. */
    private static final long LARGEST_IMAGE = 64L << 20;

    private HiveListHead() {}

    /** Its virtual address; empty when it is not there. A symbol file tells it, if it is one. */
    static OptionalLong find(WindowsKernel kernel, HiveSigns signs) {
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        OptionalLong named = kernel.symbols().address(SYMBOL);
        if (named.isPresent() && isHead(kernel, signs, named.getAsLong(), page)) {
            return named;
        }
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

    private static boolean isHead(WindowsKernel kernel, HiveSigns signs, long address, MemorySegment page) {
        int pointer = kernel.pointerBytes();
        return kernel.memory().tryRead(address, page.asSlice(0, 2L * pointer)) == Fault.NONE
                && isHead(signs, address, get(page, 0, pointer), get(page, pointer, pointer));
    }

    private static long inPage(WindowsKernel kernel, HiveSigns signs, long start, MemorySegment page) {
        int pointer = kernel.pointerBytes();
        for (int offset = 0; offset + 2 * pointer <= PAGE; offset += pointer) {
            if (isHead(signs, start + offset, get(page, offset, pointer), get(page, offset + pointer, pointer))) {
                return start + offset;
            }
        }
        return 0;
    }

    private static boolean isHead(HiveSigns signs, long address, long next, long previous) {
        return signs.mayBeHiveLink(next)
                && signs.mayBeHiveLink(previous)
                && signs.leadsBack(next, address)
                && signs.isHiveLink(next)
                && signs.isHiveLink(previous);
    }

    private static long get(MemorySegment page, int offset, int pointer) {
        return pointer == Long.BYTES
                ? page.get(ScalarLayout.LONG_LITTLE, offset)
                : Integer.toUnsignedLong(page.get(ScalarLayout.INT_LITTLE, offset));
    }
}
