package io.memflow.os.windows.driver;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.os.windows.object.TypedObjects;
import io.memflow.os.windows.structure.WindowsKernel;

/**
 * By what driver and device objects are known: the kind and size that they begin with, and the type that their header names.
 * Where types cannot be told, a driver's extension must lead back to it, and a device to a driver. Thread-safe.
 */
record DriverSigns(WindowsKernel kernel, DriverLayout layout, TypedObjects types) {
    private static final String DRIVER = "Driver";
    private static final String DEVICE = "Device";

    /** Whether there is a driver object at a virtual address. */
    boolean isDriver(long address) {
        return isKind(address, DriverLayout.TYPE_DRIVER)
                && size(address) == layout.driver().bytes()
                && switch (types.is(address, DRIVER)) {
                    case YES -> true;
                    case NO -> false;
                    case UNKNOWN -> leadsBack(address);
                };
    }

    /** Whether an object's header names it a driver, whatever lies behind it. */
    boolean isNamedDriver(long address) {
        return types.is(address, DRIVER) == TypedObjects.Answer.YES;
    }

    /** Whether there is a device object at a virtual address. */
    boolean isDevice(long address) {
        return isKind(address, DriverLayout.TYPE_DEVICE)
                && size(address) >= layout.device().bytes()
                && switch (types.is(address, DEVICE)) {
                    case YES -> true;
                    case NO -> false;
                    case UNKNOWN -> isDriver(pointer(address + layout.device().driver()));
                };
    }

    private boolean isKind(long address, int kind) {
        return kernel.architecture().isKernelAddress(address)
                && address % kernel.pointerBytes() == 0
                && number(address + DriverLayout.TYPE) == kind;
    }

    private long size(long address) {
        return number(address + DriverLayout.SIZE);
    }

    private boolean leadsBack(long driver) {
        long extension = pointer(driver + layout.driver().extension());
        return kernel.architecture().isKernelAddress(extension)
                && pointer(extension + layout.extension().driver()) == driver;
    }

    /** A number of two bytes; -1 when it cannot be read. */
    private long number(long address) {
        try {
            return memory().readUnsigned(address, Short.BYTES);
        } catch (MemflowException unreadable) {
            return -1;
        }
    }

    /** A pointer; 0, which leads nowhere, when it cannot be read. */
    long pointer(long address) {
        try {
            return memory().readPointer(address);
        } catch (MemflowException unreadable) {
            return 0;
        }
    }

    private MemoryView memory() {
        return kernel.memory();
    }
}
