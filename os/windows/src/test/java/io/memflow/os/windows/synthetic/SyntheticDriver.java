package io.memflow.os.windows.synthetic;

/**
 * A module of the kernel's, as it was built. Addresses are virtual.
 *
 * @param entryAddress its {@code KLDR_DATA_TABLE_ENTRY}
 * @param base its first byte
 * @param size bytes ({@code SizeOfImage})
 * @param name {@code BaseDllName}
 * @param path {@code FullDllName}
 * @param entry where it is started
 * @param object its {@code DRIVER_OBJECT}; 0 for one that has none
 */
public record SyntheticDriver(
        long entryAddress, long base, long size, String name, String path, long entry, long object) {}
