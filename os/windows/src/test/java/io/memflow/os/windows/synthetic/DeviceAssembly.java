package io.memflow.os.windows.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds devices, lists of them and stacks. Confined. */
final class DeviceAssembly {
    /** {@code IO_TYPE_DEVICE} and {@code IO_TYPE_DEVICE_OBJECT_EXTENSION}, wdm.h. */
    private static final int IO_DEVICE = 3;

    private static final int IO_EXTENSION = 13;
    /** What the driver keeps of it. */
    private static final int OWN_BYTES = 0x40;

    private static final int EXTENSION_BYTES = 0x70;

    /** Members of {@code DEVICE_OBJECT} and of {@code DEVOBJ_EXTENSION}, by public symbols. */
    private record Layout(
            int bytes, int driver, int next, int attached, int type, int stackSize, int extension, int attachedTo) {}

    private static final Layout NARROW = new Layout(0xB8, 8, 0xC, 0x10, 0x2C, 0x30, 0xB0, 0x18);
    private static final Layout WIDE = new Layout(0x150, 8, 0x10, 0x18, 0x48, 0x4C, 0x138, 0x30);

    private final SyntheticSpace space;
    private final KernelObjects objects;
    private final Layout layout;
    private final Map<Long, SyntheticDevice> devices = new HashMap<>();
    private final List<Long> order = new ArrayList<>();

    DeviceAssembly(SyntheticSpace space, KernelObjects objects) {
        this.space = space;
        this.objects = objects;
        layout = space.pointerBytes() == Long.BYTES ? WIDE : NARROW;
    }

    /**
     * Makes a device without a driver.
     *
     * @param name in the directory {@code \Device}; empty for none
     * @param directory that one
     */
    long create(String name, long directory, int type) {
        long at = objects.create(
                ObjectType.DEVICE, layout.bytes + OWN_BYTES + EXTENSION_BYTES, name, name.isEmpty() ? 0 : directory);
        space.put16(at, IO_DEVICE);
        space.put16(at + 2, layout.bytes + OWN_BYTES);
        long extension = at + layout.bytes + OWN_BYTES;
        space.put16(extension, IO_EXTENSION);
        space.pointer(extension + space.pointerBytes(), at);
        space.pointer(at + layout.extension, extension);
        space.put32(at + layout.type, type);
        space.put8(at + layout.stackSize, 1);
        String path = name.isEmpty() ? "" : "\\Device\\" + name;
        devices.put(at, new SyntheticDevice(at, path, 0, type, 1, 0, 0, 0));
        order.add(at);
        return at;
    }

    /** Gives devices to a driver: the last made is the first of its list. */
    List<Long> give(long driver, long... made) {
        List<Long> list = new ArrayList<>();
        long next = 0;
        for (long device : made) {
            space.pointer(device + layout.driver, driver);
            space.pointer(device + layout.next, next);
            SyntheticDevice was = device(device);
            devices.put(
                    device,
                    new SyntheticDevice(
                            device, was.name(), driver, was.type(), was.stackSize(), was.above(), was.below(), next));
            list.addFirst(device);
            next = device;
        }
        return list;
    }

    /** Puts a device on top of another ({@code IoAttachDevice}). */
    void attach(long device, long below) {
        space.pointer(below + layout.attached, device);
        space.pointer(device + layout.bytes + OWN_BYTES + layout.attachedTo, below);
        SyntheticDevice lower = device(below);
        SyntheticDevice upper = device(device);
        int stack = lower.stackSize() + 1;
        space.put8(device + layout.stackSize, stack);
        devices.put(
                below,
                new SyntheticDevice(
                        below,
                        lower.name(),
                        lower.driver(),
                        lower.type(),
                        lower.stackSize(),
                        device,
                        lower.below(),
                        lower.next()));
        devices.put(
                device,
                new SyntheticDevice(
                        device, upper.name(), upper.driver(), upper.type(), stack, upper.above(), below, upper.next()));
    }

    /** All of them. */
    List<SyntheticDevice> all() {
        return order.stream().map(this::device).toList();
    }

    private SyntheticDevice device(long address) {
        SyntheticDevice device = devices.get(address);
        if (device == null) {
            throw new IllegalArgumentException("no synthetic device at 0x%x".formatted(address));
        }
        return device;
    }
}
