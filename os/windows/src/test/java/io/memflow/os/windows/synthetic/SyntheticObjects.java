package io.memflow.os.windows.synthetic;

import java.util.List;

/**
 * Objects of a synthetic kernel beside its processes.
 *
 * @param root virtual address of the topmost directory
 * @param drivers in the order in which they were made
 * @param devices in the order in which they were made
 */
public record SyntheticObjects(long root, List<SyntheticDriverObject> drivers, List<SyntheticDevice> devices) {
    public SyntheticObjects {
        drivers = List.copyOf(drivers);
        devices = List.copyOf(devices);
    }
}
