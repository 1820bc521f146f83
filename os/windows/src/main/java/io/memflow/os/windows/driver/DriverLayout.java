package io.memflow.os.windows.driver;

import io.memflow.core.memory.PointerWidth;

/**
 * Where members of driver and device objects lie: the structures are part of the interface for drivers and have been the same
 * since XP ({@code DRIVER_OBJECT}, {@code DRIVER_EXTENSION} and {@code DEVICE_OBJECT} of wdm.h; {@code DEVOBJ_EXTENSION} and
 * its {@code AttachedTo} by public symbols of ntoskrnl, XP to 10 19041). Offsets in bytes.
 */
@SuppressWarnings("ImmutableEnumChecker") // Records of numbers only.
enum DriverLayout {
    BITS_32(
            new Driver(0xA8, 0x4, 0xC, 0x10, 0x14, 0x18, 0x1C, 0x2C, 0x30, 0x34, 0x38),
            new Extension(0, 0xC),
            new Device(0xB8, 0x8, 0xC, 0x10, 0x2C, 0x30, 0xB0, 0x18)),
    BITS_64(
            new Driver(0x150, 0x8, 0x18, 0x20, 0x28, 0x30, 0x38, 0x58, 0x60, 0x68, 0x70),
            new Extension(0, 0x18),
            new Device(0x150, 0x8, 0x10, 0x18, 0x48, 0x4C, 0x138, 0x30));

    /** {@code CSHORT Type} is the first member of both objects, {@code Size} the second. */
    static final int TYPE = 0;

    static final int SIZE = 2;
    /** {@code IO_TYPE_DEVICE} and {@code IO_TYPE_DRIVER}, wdm.h. */
    static final int TYPE_DEVICE = 3;

    static final int TYPE_DRIVER = 4;

    private final Driver driver;
    private final Extension extension;
    private final Device device;

    DriverLayout(Driver driver, Extension extension, Device device) {
        this.driver = driver;
        this.extension = extension;
        this.device = device;
    }

    /**
     * Members of {@code DRIVER_OBJECT}.
     *
     * @param bytes of all of it, which its {@code Size} says too
     * @param device {@code DeviceObject}, the first of its devices
     */
    record Driver(
            int bytes,
            int device,
            int start,
            int size,
            int section,
            int extension,
            int name,
            int initialize,
            int startIo,
            int unload,
            int handlers) {}

    /** Members of {@code DRIVER_EXTENSION}: the driver it belongs to, and {@code ServiceKeyName}. */
    record Extension(int driver, int serviceKey) {}

    /**
     * Members of {@code DEVICE_OBJECT}.
     *
     * @param bytes of it without what the driver keeps behind it, which its {@code Size} counts in
     * @param attached {@code AttachedDevice}, the one on top of it
     * @param extension {@code DeviceObjectExtension}
     * @param attachedTo in that one, the device below
     */
    record Device(
            int bytes, int driver, int next, int attached, int type, int stackSize, int extension, int attachedTo) {}

    static DriverLayout of(PointerWidth width) {
        return width == PointerWidth.BITS_32 ? BITS_32 : BITS_64;
    }

    Driver driver() {
        return driver;
    }

    Extension extension() {
        return extension;
    }

    Device device() {
        return device;
    }
}
