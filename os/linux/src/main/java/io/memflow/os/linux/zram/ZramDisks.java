package io.memflow.os.linux.zram;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Tells which block devices are zram's: include/linux/blk_types.h, blkdev.h. Thread-safe. */
final class ZramDisks {
    /** Sectors are of 512 bytes, include/linux/blk_types.h ({@code SECTOR_SHIFT}). */
    private static final int SECTOR_SHIFT = 9;

    private static final String DRIVER = "zram";
    private static final Pattern NAME = Pattern.compile(DRIVER + "[0-9]+");

    private final KernelField disk;
    private final Optional<KernelField> startSector;
    private final KernelField name;
    private final KernelField operations;
    private final KernelField owner;
    private final KernelField moduleName;
    private final KernelField privateData;
    private final int sectorsShift;

    ZramDisks(Kernel kernel) {
        disk = kernel.field("block_device", "bd_disk");
        // Since 5.11; before, a partition was a structure of its own.
        startSector = kernel.optionalField("block_device", "bd_start_sect");
        name = kernel.field("gendisk", "disk_name");
        operations = kernel.field("gendisk", "fops");
        privateData = kernel.field("gendisk", "private_data");
        owner = kernel.field("block_device_operations", "owner");
        moduleName = kernel.field("module", "name");
        sectorsShift = Long.numberOfTrailingZeros(kernel.facts().pageBytes()) - SECTOR_SHIFT;
    }

    /**
     * The disk of a block device: one that is named as zram's and driven by zram, as a module or as a part of the kernel.
     *
     * @param device virtual address of the {@code struct block_device}
     * @param zramDisk the member of {@code struct zram} that leads back to the disk; asked for zram's disks only
     * @return empty when it is another driver's
     * @throws MalformedDataException when the disk is named so, but its driver's structure does not lead back to it
     */
    Optional<ZramDisk> find(long device, Supplier<KernelField> zramDisk) {
        long found = device == 0 ? 0 : disk.pointer(device);
        if (found == 0 || !NAME.matcher(name.text(found)).matches()) {
            return Optional.empty();
        }
        long module = owner.pointer(operations.pointer(found));
        if (module != 0 && !moduleName.text(module).equals(DRIVER)) {
            return Optional.empty();
        }
        long zram = privateData.pointer(found);
        if (zramDisk.get().pointer(zram) != found) {
            throw new MalformedDataException("struct zram", 0, name.text(found) + " is not the disk it belongs to");
        }
        long start = startSector.isPresent() ? startSector.get().unsigned(device) >>> sectorsShift : 0;
        return Optional.of(new ZramDisk(name.text(found), zram, start));
    }
}
