package io.memflow.os.windows.synthetic;

import java.util.List;

/**
 * Objects of a synthetic kernel beside its processes, and sockets.
 *
 * @param root virtual address of the topmost directory
 * @param drivers in the order in which they were made
 * @param devices in the order in which they were made
 * @param sockets in the order in which they were made; none where no layout is published
 */
public record SyntheticObjects(
        long root, List<SyntheticDriverObject> drivers, List<SyntheticDevice> devices, List<SyntheticSocket> sockets) {
    public SyntheticObjects {
        drivers = List.copyOf(drivers);
        devices = List.copyOf(devices);
        sockets = List.copyOf(sockets);
    }
}
