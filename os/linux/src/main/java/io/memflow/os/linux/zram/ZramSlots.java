package io.memflow.os.linux.zram;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.os.linux.structure.Kernel;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what zram has noted of each page: {@code zram->table}, drivers/block/zram/zram_drv.h. Thread-safe. */
final class ZramSlots {
    private static final String FLAGS = "zram_pageflags";
    /** Longer than any algorithm's name ({@code CRYPTO_MAX_ALG_NAME}). */
    private static final int NAME_BYTES = 128;
    /** {@code ZRAM_COMP_PRIORITY_MASK}. */
    private static final long PRIORITY_MASK = 3;

    private final MemoryView memory;
    private final KernelField disk;
    private final KernelField table;
    private final KernelField pool;
    private final KernelField diskBytes;
    private final long entryBytes;
    private final KernelField handle;
    private final KernelField flags;
    private final int sizeBits;
    private final long same;
    private final long writtenBack;
    private final OptionalLong priority;
    private final Optional<KernelField> names;
    private final Optional<KernelField> name;
    private final Optional<KernelField> parameters;
    private final long parameterBytes;
    private final long dictionary;
    private final long pageBytes;

    ZramSlots(Kernel kernel, StructureLayout layout) {
        memory = kernel.memory();
        pageBytes = kernel.facts().pageBytes();
        disk = field(layout, "zram", "disk");
        table = field(layout, "zram", "table");
        pool = field(layout, "zram", "mem_pool");
        diskBytes = field(layout, "zram", "disksize");
        entryBytes = layout.size("zram_table_entry");
        handle = field(layout, "zram_table_entry", "handle");
        flags = field(layout, "zram_table_entry", "flags", "attr.flags");
        long sameBit = bit(layout, "ZRAM_SAME");
        // ZRAM_FLAG_SHIFT is no enumerator: it is the first of them, which is the lock in some versions.
        sizeBits = (int)
                Math.min(sameBit, layout.types().enumerator(FLAGS, "ZRAM_LOCK").orElse(sameBit));
        same = 1L << sameBit;
        writtenBack = 1L << bit(layout, "ZRAM_WB");
        priority = layout.types().enumerator(FLAGS, "ZRAM_COMP_PRIORITY_BIT1");
        names = optional(layout, "zram", "comp_algs");
        name = optional(layout, "zram", "compressor");
        parameters = optional(layout, "zram", "params");
        parameterBytes = parameters.isPresent() ? layout.size("zcomp_params") : 0;
        dictionary = parameters.isPresent() ? layout.offset("zcomp_params", "dict") : 0;
    }

    private KernelField field(StructureLayout layout, String structure, String... paths) {
        return new KernelField(memory, layout.location(structure, paths));
    }

    private Optional<KernelField> optional(StructureLayout layout, String structure, String path) {
        Optional<MemberLocation> place = layout.find(structure, path);
        return place.map(found -> new KernelField(memory, found));
    }

    private static long bit(StructureLayout layout, String flag) {
        return layout.types()
                .enumerator(FLAGS, flag)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "This kernel's type information has no enum %s with %s.".formatted(FLAGS, flag)));
    }

    /** The member that leads from a {@code struct zram} to its disk. */
    KernelField disk() {
        return disk;
    }

    /** Virtual address of the allocator's {@code struct zs_pool}. */
    long pool(ZramDisk of) {
        return pool.pointer(of.address());
    }

    /**
     * What is noted of a page.
     *
     * @param page number of the page on the disk
     * @throws io.memflow.core.memory.MemoryAccessException when the table cannot be read
     */
    ZramSlot find(ZramDisk of, long page) {
        long zram = of.address();
        if (Long.compareUnsigned(page, diskBytes.unsigned(zram) / pageBytes) >= 0) {
            return new ZramSlot.Lost("which is behind the disk's end");
        }
        long entry = table.pointer(zram) + page * entryBytes;
        long bits = flags.unsigned(entry);
        long value = handle.unsigned(entry);
        if ((bits & writtenBack) != 0) {
            return new ZramSlot.Lost(
                    "which zram has written to block %s of its backing device".formatted(Long.toUnsignedString(value)));
        }
        if ((bits & same) != 0) {
            return new ZramSlot.Same(value);
        }
        long size = bits & ((1L << sizeBits) - 1);
        if (value == 0) {
            return new ZramSlot.Lost("of which zram has nothing");
        }
        if (size == pageBytes) {
            return new ZramSlot.Whole(value);
        }
        if (size == 0 || size > pageBytes) {
            return new ZramSlot.Lost("which zram says to have in %d bytes".formatted(size));
        }
        return compressed(zram, value, (int) size, bits);
    }

    private ZramSlot compressed(long zram, long object, int size, long bits) {
        long which = priority.isPresent() ? bits >>> priority.getAsLong() & PRIORITY_MASK : 0;
        if (parameters.isPresent()
                && which < parameters.get().bytes() / parameterBytes
                && memory.readPointer(parameters.get().at(zram) + which * parameterBytes + dictionary) != 0) {
            return new ZramSlot.Lost("which zram has compressed with a dictionary");
        }
        return new ZramSlot.Compressed(object, algorithm(zram, which), size);
    }

    /** Since 6.2 pages can be compressed again by other algorithms; before, a disk had one. */
    private String algorithm(long zram, long which) {
        if (names.isEmpty()) {
            return name.isPresent() ? name.get().text(zram) : "an algorithm without a name";
        }
        int word = memory.properties().pointerBytes();
        boolean known = which < names.get().bytes() / word;
        long text = known ? memory.readPointer(names.get().at(zram) + which * word) : 0;
        return text == 0 ? "algorithm " + which : memory.readUtf8Lossy(text, NAME_BYTES);
    }
}
