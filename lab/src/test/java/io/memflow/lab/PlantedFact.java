package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;

/**
 * Something the population put in place; {@code population/population.c} says what there is. Immutable.
 *
 * @param kind {@code text}, {@code region}, {@code counter} or {@code fact}
 * @param role who planted it
 * @param pid its process
 * @param address virtual address in that process, 0 for a plain fact
 * @param length in bytes
 * @param text what stands there, or what it is
 */
record PlantedFact(String kind, String role, int pid, long address, long length, String text) {
    private static final int FIELDS = 6;

    static PlantedFact parse(String line) {
        String[] fields = line.split(" ", FIELDS);
        try {
            if (fields.length == FIELDS) {
                return new PlantedFact(
                        fields[0],
                        fields[1],
                        Integer.parseInt(fields[2]),
                        Long.parseUnsignedLong(fields[3], 16),
                        Long.parseLong(fields[4]),
                        fields[5]);
            }
        } catch (NumberFormatException e) {
            throw new MalformedDataException("lab planted", 0, "a number is broken in: " + line);
        }
        throw new MalformedDataException("lab planted", 0, "this is no planted line: " + line);
    }
}
