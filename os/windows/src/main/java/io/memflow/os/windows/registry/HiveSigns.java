package io.memflow.os.windows.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.os.windows.structure.WindowsKernel;

/**
 * By what a hive in memory is known.
 *
 * @param kernel whose hives they are
 * @param layout where it keeps what of them
 */
record HiveSigns(WindowsKernel kernel, HiveLayout layout) {
    /** {@code HHIVE_SIGNATURE} (Windows Research Kernel, hivedata.h). */
    static final int SIGNATURE = 0xBEE0_BEE0;

    /** Whether there is an {@code _HHIVE} at a virtual address. */
    boolean isHive(long address) {
        return kernel.architecture().isKernelAddress(address)
                && value(address, Integer.BYTES) == (SIGNATURE & 0xFFFF_FFFFL);
    }

    /** Whether an address can be that of a hive's link, by itself: in pool, so not in the kernel's image. */
    boolean mayBeHiveLink(long link) {
        return link % layout.pointerBytes() == 0
                && kernel.architecture().isKernelAddress(link)
                && !kernel.image().contains(link);
    }

    /** Whether the links of a hive are at a virtual address. */
    boolean isHiveLink(long link) {
        return isHive(link - layout.list());
    }

    /** Whether the link behind {@code next} says that {@code link} is before it. */
    boolean leadsBack(long next, long link) {
        return value(next + layout.pointerBytes(), layout.pointerBytes()) == link;
    }

    /** The link behind one: 0 when it cannot be read. */
    long next(long link) {
        return value(link, layout.pointerBytes());
    }

    /** The link before one: 0 when it cannot be read. */
    long previous(long link) {
        return value(link + layout.pointerBytes(), layout.pointerBytes());
    }

    private long value(long address, int bytes) {
        MemoryView memory = kernel.memory();
        try {
            return memory.readUnsigned(address, bytes);
        } catch (MemflowException absent) {
            // A guess that leads nowhere is no hive; no hive has the value 0 at any of these places.
            return 0;
        }
    }
}
