package io.memflow.os.windows.driver;

import io.memflow.core.address.Address;
import io.memflow.core.cache.Moments;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Roll;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.MissingPart;
import io.memflow.os.windows.object.ObjectDirectory;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.object.ObjectTree;
import io.memflow.os.windows.object.RootDirectory;
import io.memflow.os.windows.object.TypedObjects;
import io.memflow.os.windows.pool.PoolBlock;
import io.memflow.os.windows.pool.PoolScan;
import io.memflow.os.windows.pool.PoolTag;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds driver and device objects: in the directory of objects, by the pool tag {@code Driv} in all of memory, by each other:
 * lists and stacks of devices, and the drivers that these name. A driver that no directory holds is named. Thread-safe.
 */
final class DriverObjects {
    private static final PoolTag TAG = PoolTag.of("Driv");
    /** More than the optional parts of an object's header and the header itself take together. */
    private static final int FARTHEST_OBJECT = 0x100;

    /** More than any machine has; memory can be full of them on purpose. */
    private static final int MOST_DRIVERS = 1 << 13;

    private static final String DIRECTORY = "object directory";

    private final WindowsKernel kernel;
    private final DriverLayout layout;
    private final ObjectHeaders headers;
    private final ObjectDirectory directories;
    private final PoolScan scan;

    DriverObjects(WindowsKernel kernel, ObjectHeaders headers) {
        this.kernel = kernel;
        this.headers = headers;
        layout = DriverLayout.of(PointerWidth.of(kernel.memory().properties()));
        directories = new ObjectDirectory(kernel);
        scan = new PoolScan(kernel);
    }

    /** The signs of such objects on this kernel, as far as types can be told now. */
    DriverSigns signs() {
        return new DriverSigns(kernel, layout, TypedObjects.of(kernel, headers));
    }

    DriverLayout layout() {
        return layout;
    }

    /** All drivers and devices together, those in directories first. */
    Found<ObjectSource> find() {
        PoolScan.Result scanned = scan.find(TAG);
        // Memory is looked through once; what a running machine changed meanwhile settles in what leads to the objects.
        return Found.settled(() -> look(scanned), () -> Moments.renew(kernel.memory()), () -> look(scanned));
    }

    private Found<ObjectSource> look(PoolScan.Result scanned) {
        DriverSigns signs = signs();
        List<Long> tagged = drivers(scanned.blocks(), signs);
        Survey<ObjectSource> survey = new Survey<>(
                address -> signs.isDriver(address) || signs.isDevice(address),
                (object, all) -> addNeighbours(object, signs, all));
        List<MissingPart> missing = new ArrayList<>(scanned.missing());
        ObjectDirectory.Objects listed = listed(tagged, signs);
        for (long object : listed.objects()) {
            if (!survey.add(object, ObjectSource.DIRECTORY) && signs.isNamedDriver(object)) {
                missing.add(new MissingPart(
                        describe(object), "it is a driver by its header, and does not begin as one does"));
            }
        }
        missing.addAll(listed.missing());
        survey.followLinks();
        tagged.forEach(driver -> survey.add(driver, ObjectSource.POOL_SCAN));
        survey.followLinks();
        List<Sighting<ObjectSource>> drivers = survey.sightings().stream()
                .filter(sighting -> signs.isDriver(sighting.address()))
                .toList();
        missing.addAll(new Roll(
                        DIRECTORY,
                        new HashSet<>(listed.objects()),
                        Roll.State.of(listed.missing()),
                        "is not in it",
                        "it is hidden, or is being unloaded")
                .lacking(drivers, this::describe));
        return new Found<>(survey.sightings(), missing);
    }

    /** All that is in directories. */
    private ObjectDirectory.Objects listed(List<Long> tagged, DriverSigns signs) {
        OptionalLong root = RootDirectory.find(kernel, headers, tagged);
        if (root.isPresent()) {
            return new ObjectTree(directories, headers, signs.types()).below(root.getAsLong());
        }
        return new ObjectDirectory.Objects(
                List.of(),
                List.of(new MissingPart(
                        DIRECTORY,
                        "its topmost directory was not found: no symbol and no block for debuggers tells where it"
                                + " is, and no named object leads up to it")));
    }

    private void addNeighbours(long object, DriverSigns signs, Survey<ObjectSource> survey) {
        if (signs.isDriver(object)) {
            survey.add(signs.pointer(object + layout.driver().device()), ObjectSource.DEVICE_LIST);
            return;
        }
        DriverLayout.Device members = layout.device();
        survey.add(signs.pointer(object + members.next()), ObjectSource.DEVICE_LIST);
        survey.add(signs.pointer(object + members.attached()), ObjectSource.DEVICE_STACK);
        long extension = signs.pointer(object + members.extension());
        if (extension != 0) {
            survey.add(signs.pointer(extension + members.attachedTo()), ObjectSource.DEVICE_STACK);
        }
        survey.add(signs.pointer(object + members.driver()), ObjectSource.DEVICE_DRIVER);
    }

    /** The drivers in blocks: the optional parts of their headers differ, so each place where one may begin is tried. */
    private List<Long> drivers(List<PoolBlock> blocks, DriverSigns signs) {
        List<Long> found = new ArrayList<>();
        for (PoolBlock block : blocks) {
            for (int offset = 0;
                    offset < FARTHEST_OBJECT && found.size() < MOST_DRIVERS;
                    offset += kernel.pointerBytes()) {
                if (signs.isDriver(block.address() + offset)) {
                    found.add(block.address() + offset);
                    break;
                }
            }
        }
        return found;
    }

    /** A driver in words, by its own name. */
    String describe(long driver) {
        try {
            PointerWidth width = PointerWidth.of(kernel.memory().properties());
            String name =
                    UnicodeString.read(kernel.memory(), driver + layout.driver().name(), width);
            if (!name.isEmpty()) {
                return "driver " + name;
            }
        } catch (MemflowException unreadable) {
            return "driver at " + Address.format(driver);
        }
        return "driver at " + Address.format(driver);
    }
}
