package io.memflow.formats.minidump;

/**
 * An entry of the directory ({@code MINIDUMP_DIRECTORY}).
 *
 * @param type {@code MINIDUMP_STREAM_TYPE}; other writers use numbers of their own above 0xFFFF
 * @param bytes of its data
 * @param fileOffset where they are
 */
public record StreamEntry(long type, long bytes, long fileOffset) {
    static final int THREADS = 3;
    static final int MODULES = 4;
    static final int MEMORY = 5;
    static final int EXCEPTION = 6;
    static final int SYSTEM = 7;
    static final int MEMORY_64 = 9;
    static final int UNLOADED_MODULES = 14;
    static final int MISCELLANEOUS = 15;
    static final int REGIONS = 16;
    static final int THREAD_NAMES = 24;
    static final int BYTES = 12;
}
