package io.memflow.os.windows.driver;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Sighting;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.DeviceInfo;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the rows of device objects. Memory is read at each call. Thread-safe. */
public final class DeviceRows {
    private final MemoryView memory;
    private final PointerWidth width;
    private final DriverLayout layout;
    private final DriverLayout.Device members;
    private final ObjectHeaders headers;
    private final DriverObjects objects;

    /**
     * @throws MemflowException of kind NOT_FOUND when the places of members without which there is no list are not known
     */
    public DeviceRows(WindowsKernel kernel) {
        memory = kernel.memory();
        width = PointerWidth.of(memory.properties());
        headers = new ObjectHeaders(kernel);
        objects = new DriverObjects(kernel, headers);
        layout = objects.layout();
        members = layout.device();
    }

    /** All device objects; those in directories first. */
    public Listing<DeviceInfo> devices() {
        Found<ObjectSource> found = objects.find();
        DriverSigns signs = objects.signs();
        List<DeviceInfo> rows = new ArrayList<>();
        for (Sighting<ObjectSource> sighting : found.sightings()) {
            if (signs.isDevice(sighting.address())) {
                rows.add(row(sighting, signs));
            }
        }
        return new Listing<>(rows, found.missing());
    }

    private DeviceInfo row(Sighting<ObjectSource> sighting, DriverSigns signs) {
        long device = sighting.address();
        FieldReader fields = new FieldReader();
        Long driver = fields.read("DriverObject", () -> driver(device, signs, fields));
        Long kind = fields.read("DeviceType", () -> memory.readUnsigned(device + members.type(), Integer.BYTES));
        return new DeviceInfo(
                device,
                fields.read("Name", () -> headers.path(device)),
                driver,
                driver == null ? null : driverName(driver),
                kind,
                kind == null ? null : DeviceKinds.name(kind),
                fields.read("StackSize", () -> (int) memory.readUnsigned(device + members.stackSize(), Byte.BYTES)),
                fields.read(
                        "AttachedDevice", () -> other("AttachedDevice", device + members.attached(), signs, fields)),
                fields.read("AttachedTo", () -> below(device, signs, fields)),
                fields.read("NextDevice", () -> other("NextDevice", device + members.next(), signs, fields)),
                fields.provenance(sighting.sourceNames()));
    }

    private @Nullable Long driver(long device, DriverSigns signs, FieldReader fields) {
        long driver = memory.readPointer(device + members.driver());
        if (!signs.isDriver(driver)) {
            fields.note("DriverObject", "it leads to %s, which is no driver".formatted(Address.format(driver)));
            return null;
        }
        return driver;
    }

    private @Nullable String driverName(long driver) {
        try {
            String name = UnicodeString.read(memory, driver + layout.driver().name(), width);
            return name.isEmpty() ? null : name;
        } catch (MemflowException unreadable) {
            // The driver's own row says why.
            return null;
        }
    }

    private @Nullable Long below(long device, DriverSigns signs, FieldReader fields) {
        long extension = memory.readPointer(device + members.extension());
        return extension == 0 ? null : other("AttachedTo", extension + members.attachedTo(), signs, fields);
    }

    /** The device that a pointer leads to; null when it leads nowhere. */
    private @Nullable Long other(String what, long place, DriverSigns signs, FieldReader fields) {
        long device = memory.readPointer(place);
        if (device == 0) {
            return null;
        }
        if (!signs.isDevice(device)) {
            fields.note(what, "it leads to %s, which is no device".formatted(Address.format(device)));
            return null;
        }
        return device;
    }
}
