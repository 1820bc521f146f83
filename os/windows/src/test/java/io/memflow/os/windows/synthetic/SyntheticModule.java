package io.memflow.os.windows.synthetic;

/**
 * A program or library in a synthetic process, as it was built. Addresses are virtual.
 *
 * @param entryAddress its {@code LDR_DATA_TABLE_ENTRY}, of the 32-bit form for a 32-bit module
 * @param base its first byte
 * @param size bytes ({@code SizeOfImage})
 * @param name {@code BaseDllName}
 * @param path {@code FullDllName}
 * @param entry where it is started; 0 for nowhere
 */
public record SyntheticModule(long entryAddress, long base, long size, String name, String path, long entry) {}
