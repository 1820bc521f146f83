package io.memflow.os.windows.object;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the kernel has its table of types ({@code ObTypeIndexTable}): its symbol says it, or else the types that the kernel
 * exports for drivers do, each of which knows its own index: the table is where all of them lie as far apart as that. Immutable.
 *
 * @param address virtual address of the table
 * @param width bytes of its entries
 * @param processIndex index of the type of processes
 */
record TypeTablePlace(long address, int width, int processIndex) {
    private static final String SYMBOL = "ObTypeIndexTable";
    private static final String PROCESS = "PsProcessType";
    /** Pointers to types that drivers may use (wdm.h, ntifs.h). */
    private static final String[] EXPORTS = {
        PROCESS, "PsThreadType", "IoFileObjectType", "ExEventObjectType", "SeTokenObjectType", "CmKeyObjectType"
    };
    /** A place of one type alone is a pointer to it like any other. */
    private static final int FEWEST_TYPES = 3;

    private static final int PIECE_BYTES = 1 << 16;
    /** Larger than any kernel image. */
    private static final long MOST_BYTES = 64L << 20;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Finds it.
     *
     * @throws MemflowException of kind NOT_FOUND when it cannot be found
     */
    static TypeTablePlace find(WindowsKernel kernel) {
        Map<Integer, Long> types = new LinkedHashMap<>();
        KernelField index = kernel.field("_OBJECT_TYPE", "Index");
        MemoryView memory = kernel.memory();
        int processIndex = -1;
        for (String export : EXPORTS) {
            long place = kernel.symbols().address(export).orElse(0);
            long type = place == 0 ? 0 : memory.readPointer(place);
            if (type != 0) {
                int own = (int) memory.readUnsigned(index.at(type), Byte.BYTES);
                processIndex = export.equals(PROCESS) ? own : processIndex;
                types.put(own, type);
            }
        }
        long symbol = kernel.symbols().address(SYMBOL).orElse(0);
        long found = symbol != 0 || types.size() < FEWEST_TYPES ? symbol : search(kernel, types);
        if (found == 0 || processIndex < 0) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_FOUND,
                    ("The kernel's table of object types was not found: of the types that it exports for drivers %d were"
                                    + " read, and no part of its image holds them as that table does.")
                            .formatted(types.size()));
        }
        return new TypeTablePlace(found, kernel.pointerBytes(), processIndex);
    }

    /** The type of an index. */
    long type(MemoryView memory, int index) {
        return memory.readPointer(address + (long) index * width);
    }

    private static long search(WindowsKernel kernel, Map<Integer, Long> types) {
        Map.Entry<Integer, Long> first = types.entrySet().iterator().next();
        int word = kernel.pointerBytes();
        long size = Math.min(kernel.image().size(), MOST_BYTES);
        for (long done = 0; done < size; done += PIECE_BYTES) {
            long start = kernel.image().base() + done;
            PartialRead piece = kernel.memory().readPartial(start, (int) Math.min(PIECE_BYTES, size - done));
            MemorySegment bytes = piece.bytes();
            for (long at = 0; at + word <= bytes.byteSize(); at += word) {
                long value = word == Long.BYTES ? bytes.get(LONG, at) : Integer.toUnsignedLong(bytes.get(INT, at));
                long table = start + at - (long) first.getKey() * word;
                if (value == first.getValue() && holds(kernel.memory(), table, word, types)) {
                    return table;
                }
            }
        }
        return 0;
    }

    private static boolean holds(MemoryView memory, long table, int word, Map<Integer, Long> types) {
        try {
            for (Map.Entry<Integer, Long> type : types.entrySet()) {
                if (memory.readPointer(table + (long) type.getKey() * word) != type.getValue()) {
                    return false;
                }
            }
            return true;
        } catch (MemflowException unreadable) {
            return false;
        }
    }
}
