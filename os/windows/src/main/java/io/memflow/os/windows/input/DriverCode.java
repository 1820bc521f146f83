package io.memflow.os.windows.input;

import io.memflow.core.memory.PartialRead;
import io.memflow.formats.pe.PeImage;
import io.memflow.formats.pe.PeSection;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The code of a driver, read as far as it is in memory: what is not there is zero here, and no pattern matches zeros alone.
 * Confined.
 */
final class DriverCode {
    /** The largest of the drivers of windows and input, win32kfull.sys, has some 4 MiB. */
    private static final int MOST_BYTES = 16 << 20;

    /** Code of one section. */
    private record Part(long address, ByteBuffer bytes) {}

    private final List<Part> parts = new ArrayList<>();

    DriverCode(PeImage image) {
        long budget = Math.min(MOST_BYTES, image.size());
        for (PeSection section : image.sectionHeaders()) {
            if (section.isExecutable() && budget > 0) {
                int length = (int) Math.min(section.bytes(), budget);
                budget -= length;
                long address = image.base() + section.address();
                PartialRead read = image.memory().readPartial(address, length);
                parts.add(new Part(
                        address,
                        ByteBuffer.wrap(read.bytes().toArray(ValueLayout.JAVA_BYTE))
                                .order(ByteOrder.LITTLE_ENDIAN)));
            }
        }
    }

    /** What the operands of all matches name relative to their end, as those of x86-64 code do; each once, ascending code. */
    Set<Long> addresses(CodePattern pattern) {
        Set<Long> found = new LinkedHashSet<>();
        for (Part part : parts) {
            for (int at : pattern.find(part.bytes)) {
                int operand = at + pattern.operand();
                found.add(part.address + operand + Integer.BYTES + operand(part, operand));
            }
        }
        return found;
    }

    /** The operands of all matches as numbers, each once. */
    Set<Integer> numbers(CodePattern pattern) {
        Set<Integer> found = new LinkedHashSet<>();
        for (Part part : parts) {
            for (int at : pattern.find(part.bytes)) {
                found.add(operand(part, at + pattern.operand()));
            }
        }
        return found;
    }

    private static int operand(Part part, int at) {
        return part.bytes.getInt(at);
    }
}
