package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One device object of a Windows kernel ({@code DEVICE_OBJECT}, wdm.h). Addresses are virtual, in the kernel's space.
 *
 * @param address of the object itself
 * @param name such as {@code \Device\Harddisk0\DR0}; null when it has none or it could not be read
 * @param driver address of its driver object; null when it could not be read
 * @param driverName name of that driver; null when it is not known
 * @param type number of its kind ({@code DeviceType}); null when it could not be read
 * @param typeName what that number stands for, such as {@code disk}; null when it is a vendor's own or not known
 * @param stackSize how many drivers a request to it can pass, itself included; null when it could not be read
 * @param above the device that is attached on top of it and sees its requests first; null when there is none or it could not
 *     be read
 * @param below the device that it is attached to; null when there is none or it could not be read
 * @param next the next device of the same driver; null behind the last, or when it could not be read
 */
public record DeviceInfo(
        long address,
        @Nullable String name,
        @Nullable Long driver,
        @Nullable String driverName,
        @Nullable Long type,
        @Nullable String typeName,
        @Nullable Integer stackSize,
        @Nullable Long above,
        @Nullable Long below,
        @Nullable Long next,
        Provenance provenance)
        implements Row {}
