package io.memflow.formats.crashdump;

/**
 * A driver that was loaded when the dump was taken.
 *
 * @param path as the kernel has it, such as {@code \SystemRoot\system32\hal.dll}
 * @param base virtual address of its first byte
 * @param bytes it takes
 * @param checksum of its file
 * @param timestamp of its header: seconds since 1970, or a hash; unsigned
 */
public record DumpDriver(String path, long base, long bytes, long checksum, long timestamp) {
    /** The file's name without its folder. */
    public String name() {
        return path.substring(path.lastIndexOf('\\') + 1);
    }
}
