package io.memflow.os.windows.registry;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.formats.registry.CellSource;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The cells of a hive in a kernel's memory: their indexes go through the hive's map, {@code Storage.Map}, {@code
 * _HMAP_DIRECTORY}, {@code _HMAP_TABLE}, {@code _HMAP_ENTRY} (J. Norris, "The Internal Structure of the Windows Registry").
 * Confined: blocks that were found once stay where they were.
 */
final class HiveMap implements CellSource {
    /** {@code HSANE_CELL_MAX} (Windows Research Kernel, hivedata.h): no cell is larger. */
    private static final int LARGEST_CELL = 1 << 20;

    private static final int BLOCK = 4096;
    private static final int BLOCK_BITS = 12;
    private static final int TABLE_BITS = 9;
    private static final int STORAGE_BIT = 31;
    private static final int ALIGNMENT = 8;
    private static final long FLAGS = 0xF;
    private static final String FORMAT = "registry hive in memory";

    private final WindowsKernel kernel;
    /** Where bins lie whose addresses are none of the kernel's. */
    private final MemoryView binMemory;

    private final HiveLayout layout;
    private final long[] lengths = new long[2];
    private final long[] directories = new long[2];
    private final Map<Integer, Long> blocks = new HashMap<>();

    /**
     * @param hive virtual address of the {@code _HHIVE}
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     */
    HiveMap(WindowsKernel kernel, MemoryView binMemory, HiveLayout layout, long hive) {
        this.kernel = kernel;
        this.binMemory = binMemory;
        this.layout = layout;
        for (int storage = 0; storage < lengths.length; storage++) {
            long at = hive + layout.storage(storage);
            lengths[storage] = kernel.memory().readUnsigned(at, Integer.BYTES);
            directories[storage] = kernel.memory().readUnsigned(at + layout.pointerBytes(), layout.pointerBytes());
        }
    }

    @Override
    public Extent extent() {
        return Extent.STABLE_AND_VOLATILE;
    }

    /** Bytes of all stable and volatile bins. */
    @Override
    public long bytes() {
        return lengths[0] + lengths[1];
    }

    long bytes(int storage) {
        return lengths[storage];
    }

    @Override
    public MemorySegment cell(int index) {
        int storage = index >>> STORAGE_BIT;
        long offset = index & Integer.MAX_VALUE;
        if (offset % ALIGNMENT != 0) {
            throw malformed(index, "its index is not a multiple of %d".formatted(ALIGNMENT));
        }
        if (offset >= lengths[storage]) {
            throw malformed(index, "it is beyond the 0x%x bytes of its storage".formatted(lengths[storage]));
        }
        byte[] header = new byte[Integer.BYTES];
        read(index, header);
        int size = MemorySegment.ofArray(header).get(ScalarLayout.INT_LITTLE, 0);
        return contents(index, size, lengths[storage] - offset);
    }

    private MemorySegment contents(int index, int size, long room) {
        long bytes = -(long) size;
        if (size > 0) {
            throw malformed(index, "it is free");
        }
        if (bytes < ALIGNMENT || bytes > Math.min(room, LARGEST_CELL)) {
            throw malformed(index, "its size is %d".formatted(bytes));
        }
        byte[] contents = new byte[(int) bytes - Integer.BYTES];
        read(index + Integer.BYTES, contents);
        return MemorySegment.ofArray(contents);
    }

    /** Reads from an index on, block by block. */
    private void read(int index, byte[] target) {
        int done = 0;
        while (done < target.length) {
            int at = index + done;
            int length = Math.min(target.length - done, BLOCK - (at & (BLOCK - 1)));
            long address = block(at) + (at & (BLOCK - 1));
            MemoryView memory = kernel.architecture().isKernelAddress(address) ? kernel.memory() : binMemory;
            memory.read(address, MemorySegment.ofArray(target).asSlice(done, length));
            done += length;
        }
    }

    private long block(int index) {
        int number = index >>> BLOCK_BITS;
        Long known = blocks.get(number);
        if (known != null) {
            return known;
        }
        int storage = index >>> STORAGE_BIT;
        int table = (index & Integer.MAX_VALUE) >>> (BLOCK_BITS + TABLE_BITS);
        long directory = directories[storage];
        long entries = directory == 0 ? 0 : pointer(directory + (long) table * layout.pointerBytes());
        if (entries == 0) {
            throw malformed(index, "the hive's map has no table for it");
        }
        long entry = entries + (long) (number & ((1 << TABLE_BITS) - 1)) * layout.entryBytes();
        long first = pointer(entry);
        long address = first;
        if (layout.entryForm() == HiveLayout.EntryForm.BIN_AND_OFFSET) {
            address = pointer(entry + layout.pointerBytes()) & ~FLAGS;
            address = address == 0 ? 0 : address + first;
        }
        if (address == 0) {
            throw malformed(index, "its block is not mapped at the moment");
        }
        blocks.put(number, address);
        return address;
    }

    private long pointer(long address) {
        return kernel.memory().readUnsigned(address, layout.pointerBytes());
    }

    private static MalformedDataException malformed(int index, String reason) {
        return new MalformedDataException(
                FORMAT, Integer.toUnsignedLong(index), "cell 0x%x: %s".formatted(index, reason));
    }
}
