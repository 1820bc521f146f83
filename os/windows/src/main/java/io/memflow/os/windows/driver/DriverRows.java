package io.memflow.os.windows.driver;

import io.memflow.core.address.Address;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.DriverInfo;
import io.memflow.core.os.DriverInfo.Handler;
import io.memflow.core.os.DriverInfo.Routine;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.os.windows.module.KernelModuleRows;
import io.memflow.os.windows.module.ModuleMap;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds the rows of driver objects, each held against the kernel's modules. Memory is read at each call. Thread-safe.
 */
public final class DriverRows {
    private static final String MODULES = "PsLoadedModuleList";
    /** More than any driver has; a list without end comes from nowhere else than memory that was made so. */
    private static final int MOST_DEVICES = 1 << 12;

    private final MemoryView memory;
    private final PointerWidth width;
    private final DriverLayout layout;
    private final DriverLayout.Driver members;
    private final ObjectHeaders headers;
    private final DriverObjects objects;
    private final KernelModuleRows modules;

    /**
     * @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when the places of members without which there is no
     *     list are not known
     */
    public DriverRows(WindowsKernel kernel) {
        memory = kernel.memory();
        width = PointerWidth.of(memory.properties());
        headers = new ObjectHeaders(kernel);
        objects = new DriverObjects(kernel, headers);
        layout = objects.layout();
        members = layout.driver();
        modules = new KernelModuleRows(kernel);
    }

    /** All driver objects; those in directories first. */
    public Listing<DriverInfo> drivers() {
        Listing<ModuleInfo> loaded = modules.modules();
        Found<ObjectSource> found = objects.find();
        DriverSigns signs = objects.signs();
        List<MissingPart> missing = new ArrayList<>(found.missing());
        missing.addAll(loaded.missing());
        ModuleMap map = new ModuleMap(loaded.rows());
        List<DriverInfo> rows = new ArrayList<>();
        for (Sighting<ObjectSource> sighting : found.sightings()) {
            if (signs.isDriver(sighting.address())) {
                DriverInfo row = row(sighting, map, signs, missing);
                rows.add(row);
            }
        }
        return new Listing<>(rows, missing);
    }

    private DriverInfo row(
            Sighting<ObjectSource> sighting, ModuleMap map, DriverSigns signs, List<MissingPart> missing) {
        long driver = sighting.address();
        FieldReader fields = new FieldReader();
        if (map.isEmpty()) {
            fields.note("modules of its routines", "no module of the kernel was found");
        }
        Long base = fields.read("DriverStart", () -> orNull(memory.readPointer(driver + members.start())));
        return new DriverInfo(
                driver,
                fields.read("DriverName", () -> name(driver)),
                fields.read("ServiceKeyName", () -> serviceKey(driver)),
                base,
                base == null
                        ? null
                        : fields.read("DriverSize", () -> memory.readUnsigned(driver + members.size(), Integer.BYTES)),
                fields.read("DriverSection", () -> module(driver, base, map, missing)),
                fields.read("DriverInit", () -> routine(driver + members.initialize(), map)),
                fields.read("DriverStartIo", () -> routine(driver + members.startIo(), map)),
                fields.read("DriverUnload", () -> routine(driver + members.unload(), map)),
                fields.readOr("MajorFunction", List.of(), () -> handlers(driver, map)),
                devices(driver, signs, fields),
                fields.provenance(sighting.sourceNames()));
    }

    private static @Nullable Long orNull(long address) {
        return address == 0 ? null : address;
    }

    /** The name that the driver keeps, else that of its object. */
    private @Nullable String name(long driver) {
        String kept = UnicodeString.read(memory, driver + members.name(), width);
        return kept.isEmpty() ? headers.path(driver) : kept;
    }

    private @Nullable String serviceKey(long driver) {
        long extension = memory.readPointer(driver + members.extension());
        if (extension == 0) {
            return null;
        }
        String key = UnicodeString.read(memory, extension + layout.extension().serviceKey(), width);
        return key.isEmpty() ? null : key;
    }

    /** The module that the driver names; drivers that the kernel makes itself name none and have no image. */
    private @Nullable String module(long driver, @Nullable Long base, ModuleMap map, List<MissingPart> missing) {
        long section = memory.readPointer(driver + members.section());
        if (map.isEmpty() || (section == 0 && base == null)) {
            return null;
        }
        ModuleInfo own = map.entry(section).orElse(null);
        if (own == null) {
            missing.add(new MissingPart(
                    MODULES,
                    objects.describe(driver)
                            + (section == 0
                                    ? " has an image at " + Address.format(base == null ? 0 : base)
                                            + " and names no module of its own"
                                    : " names a module at " + Address.format(section) + " that is not on it")
                            + ": it is hidden, or was cut off"));
            return null;
        }
        if (base != null && !base.equals(own.base())) {
            missing.add(new MissingPart(
                    objects.describe(driver),
                    "it says that its image begins at %s, and its module %s begins at %s"
                            .formatted(
                                    Address.format(base),
                                    own.name(),
                                    own.base() == null ? "no known address" : Address.format(own.base()))));
        }
        return own.name();
    }

    private @Nullable Routine routine(long place, ModuleMap map) {
        long address = memory.readPointer(place);
        return address == 0 ? null : routineAt(address, map);
    }

    private static Routine routineAt(long address, ModuleMap map) {
        return new Routine(address, map.at(address).map(ModuleInfo::name).orElse(null));
    }

    private List<Handler> handlers(long driver, ModuleMap map) {
        DriverInfo.Function[] functions = DriverInfo.Function.values();
        MemorySegment table =
                MemorySegment.ofArray(memory.readBytes(driver + members.handlers(), functions.length * width.bytes()));
        List<Handler> handlers = new ArrayList<>();
        long at = 0;
        for (DriverInfo.Function function : functions) {
            long address = ScalarLayout.get(
                    table, at, width.bytes(), memory.properties().byteOrder());
            handlers.add(new Handler(function, routineAt(address, map)));
            at += width.bytes();
        }
        return handlers;
    }

    private List<Long> devices(long driver, DriverSigns signs, FieldReader fields) {
        Set<Long> seen = new HashSet<>();
        List<Long> devices = new ArrayList<>();
        Long first = fields.read("DeviceObject", () -> memory.readPointer(driver + members.device()));
        long device = first == null ? 0 : first;
        while (device != 0) {
            long here = device;
            if (!signs.isDevice(here)) {
                fields.note("DeviceObject", "its list leads to %s, which is no device".formatted(Address.format(here)));
                break;
            }
            if (devices.size() == MOST_DEVICES) {
                fields.note("DeviceObject", "its list has more than %d devices".formatted(MOST_DEVICES));
                break;
            }
            if (!seen.add(here)) {
                fields.note("DeviceObject", "its list comes back to %s".formatted(Address.format(here)));
                break;
            }
            devices.add(here);
            device = fields.readOr(
                    "NextDevice",
                    0L,
                    () -> memory.readPointer(here + layout.device().next()));
        }
        return devices;
    }
}
