package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;

/**
 * Which page frame stood behind a planted address when the picture was taken. Immutable.
 *
 * @param pid the process
 * @param address virtual address of a page
 * @param frame page frame number: its physical address is 4096 times that
 */
record FrameTruth(int pid, long address, long frame) {
    static FrameTruth parse(String line) {
        String[] fields = line.split(" ", -1);
        try {
            if (fields.length == 3) {
                return new FrameTruth(
                        Integer.parseInt(fields[0]),
                        Long.parseUnsignedLong(fields[1], 16),
                        Long.parseUnsignedLong(fields[2], 16));
            }
        } catch (NumberFormatException e) {
            throw new MalformedDataException("lab frames", 0, "a number is broken in: " + line);
        }
        throw new MalformedDataException("lab frames", 0, "this is no frames line: " + line);
    }
}
