package io.memflow.os.windows.synthetic;

import java.util.List;

/**
 * A {@code DRIVER_OBJECT}, as it was built. Addresses are virtual.
 *
 * @param address of the object
 * @param name {@code DriverName}
 * @param serviceKey {@code ServiceKeyName}; empty for none
 * @param base {@code DriverStart}; 0 for one that the kernel made itself
 * @param size {@code DriverSize}
 * @param module name of the module that it names; empty for none that is on the kernel's list
 * @param handlers {@code MajorFunction}
 * @param devices from {@code DeviceObject} on
 * @param listing whether the directory that it is named in holds it
 */
public record SyntheticDriverObject(
        long address,
        String name,
        String serviceKey,
        long base,
        long size,
        String module,
        List<Long> handlers,
        List<Long> devices,
        Place listing) {
    public SyntheticDriverObject {
        handlers = List.copyOf(handlers);
        devices = List.copyOf(devices);
    }

    /** Whether a directory holds an object. */
    public enum Place {
        LISTED,
        HIDDEN
    }
}
