package io.memflow.os.windows.driver;

import io.memflow.core.evidence.Source;

/** What leads to driver and device objects. */
enum ObjectSource implements Source {
    DIRECTORY("object-directory"),
    /** The list of devices that begins in a driver. */
    DEVICE_LIST("device-list"),
    /** A device that is attached to another, above or below it. */
    DEVICE_STACK("device-stack"),
    /** The driver that a device names. */
    DEVICE_DRIVER("device-driver"),
    POOL_SCAN("pool-scan");

    private final String label;

    ObjectSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
