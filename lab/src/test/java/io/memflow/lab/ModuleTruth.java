package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;

/**
 * One line of {@code /proc/modules}. Immutable. Source: proc_modules(5).
 *
 * @param name the module
 * @param size bytes it takes
 * @param state {@code Live} for one that is in use
 * @param base virtual address
 */
record ModuleTruth(String name, long size, String state, long base) {
    private static final int FIELDS = 6;

    static ModuleTruth parse(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length < FIELDS || !fields[1].matches("[0-9]{1,18}") || !fields[5].matches("0x[0-9a-f]{1,16}")) {
            throw new MalformedDataException("proc modules", 0, "this is no modules line: " + line);
        }
        long base = Long.parseUnsignedLong(fields[5].substring(2), 16);
        return new ModuleTruth(fields[0], Long.parseLong(fields[1]), fields[4], base);
    }
}
