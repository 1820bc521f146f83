package io.memflow.os.windows.synthetic;

/**
 * A {@code DEVICE_OBJECT}, as it was built. Addresses are virtual; 0 stands for none.
 *
 * @param address of the object
 * @param name with its directory; empty for none
 * @param driver {@code DriverObject}
 * @param type {@code DeviceType}
 * @param stackSize {@code StackSize}
 * @param above {@code AttachedDevice}
 * @param below {@code DeviceObjectExtension.AttachedTo}
 * @param next {@code NextDevice}
 */
public record SyntheticDevice(
        long address, String name, long driver, int type, int stackSize, long above, long below, long next) {}
