package io.memflow.os.windows.synthetic;

import java.util.HashMap;
import java.util.Map;

/** Makes the objects that handles of all processes share: directories, devices, files, events and more. Confined. */
final class NamedObjects {
    /** {@code CM_KEY_BODY.Type}: "20yk". */
    private static final int KEY_BODY = 0x6B79_3032;

    private static final int KEY_BODY_BYTES = 0x60;
    private static final int EVENT_BYTES = 0x18;
    private static final int MUTANT_BYTES = 0x38;
    private static final int DIRECTORY_BYTES = 0x158;
    /** {@code IO_TYPE_FILE}. */
    private static final int IO_FILE = 5;
    /** {@code FILE_DEVICE_DISK}, devioctl.h. */
    private static final int DISK = 7;

    private final Machine machine;
    private final long root;
    private final long device;
    private final long devices;
    private final long drivers;
    private final long fileSystems;
    private final DeviceAssembly assembly;
    private final long named;
    private final Map<String, Long> files = new HashMap<>();

    NamedObjects(Machine machine) {
        this.machine = machine;
        KernelObjects objects = machine.objects();
        root = objects.create(ObjectType.DIRECTORY, DIRECTORY_BYTES, "\\");
        named = objects.create(ObjectType.DIRECTORY, DIRECTORY_BYTES, "BaseNamedObjects", root);
        devices = objects.create(ObjectType.DIRECTORY, DIRECTORY_BYTES, "Device", root);
        drivers = objects.create(ObjectType.DIRECTORY, DIRECTORY_BYTES, "Driver", root);
        fileSystems = objects.create(ObjectType.DIRECTORY, DIRECTORY_BYTES, "FileSystem", root);
        objects.nameTypes(objects.create(ObjectType.DIRECTORY, DIRECTORY_BYTES, "ObjectTypes", root));
        assembly = new DeviceAssembly(machine.kernel(), objects);
        device = assembly.create("HarddiskVolume2", devices, DISK);
    }

    /** The topmost directory. */
    long root() {
        return root;
    }

    /** The directory {@code \Device}. */
    long devices() {
        return devices;
    }

    /** The directory {@code \Driver}. */
    long drivers() {
        return drivers;
    }

    /** The directory {@code \FileSystem}. */
    long fileSystems() {
        return fileSystems;
    }

    /** The device that all files are on. */
    long volume() {
        return device;
    }

    /** Makes further devices. */
    DeviceAssembly assembly() {
        return assembly;
    }

    /** The directory {@code \BaseNamedObjects}. */
    long namedDirectory() {
        return named;
    }

    /** An event in that directory; one without a name for an empty one. */
    long event(String name) {
        long event = machine.objects().create(ObjectType.EVENT, EVENT_BYTES, name, name.isEmpty() ? 0 : named);
        long waiters = event + 8;
        machine.kernel().link(waiters, machine.pointer(), waiters, waiters);
        return event;
    }

    long mutant(String name) {
        return machine.objects().create(ObjectType.MUTANT, MUTANT_BYTES, name, named);
    }

    /** A key; where its name lies is not among the published offsets, so it has none. */
    long key() {
        long key = machine.objects().create(ObjectType.KEY, KEY_BODY_BYTES, "");
        machine.kernel().put32(key, KEY_BODY);
        return key;
    }

    /** The {@code FILE_OBJECT} by which a file is mapped, made when it is asked for first. */
    long file(String devicePath) {
        return files.computeIfAbsent(devicePath, path -> open(path.substring(SystemFolders.DEVICE.length())));
    }

    private long open(String path) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        long at = machine.objects().create(ObjectType.FILE, types.size("_FILE_OBJECT"), "");
        kernel.put16(at, IO_FILE);
        kernel.put16(at + 2, types.size("_FILE_OBJECT"));
        kernel.pointer(at + types.at("_FILE_OBJECT", "DeviceObject"), device);
        machine.paged().string(at + types.at("_FILE_OBJECT", "FileName"), path);
        return at;
    }
}
