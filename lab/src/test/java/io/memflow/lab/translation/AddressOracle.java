package io.memflow.lab.translation;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.error.MalformedDataException;
import java.util.OptionalLong;

/**
 * The monitor of a paused guest as an oracle for single addresses, by its command {@code gva2gpa}. On AArch64 and RISC-V
 * it answers with the rights of the mode the processor was caught in: pages of the other mode count as unmapped.
 * Thread-safe, and right only until the guest is resumed.
 *
 * @param monitor of the guest
 */
record AddressOracle(QmpClient monitor) {
    private static final String FORMAT = "gva2gpa";
    private static final String MAPPED = "gpa: ";
    private static final String UNMAPPED = "Unmapped";

    /** Where a virtual address lies in physical memory, empty when the monitor finds it unmapped. */
    OptionalLong physical(long virtual) {
        return parse(monitor.humanMonitor("gva2gpa 0x%x".formatted(virtual)));
    }

    /**
     * @throws MalformedDataException when the answer is neither of the two known ones
     */
    static OptionalLong parse(String answer) {
        String line = answer.strip();
        if (line.equals(UNMAPPED)) {
            return OptionalLong.empty();
        }
        // C prints a zero without the prefix that other numbers get.
        String digits =
                line.startsWith(MAPPED) ? line.substring(MAPPED.length()).replaceFirst("^0x", "") : "";
        if (!digits.matches("[0-9a-f]{1,16}")) {
            throw new MalformedDataException(FORMAT, 0, "this answer is not known: " + line);
        }
        return OptionalLong.of(Long.parseUnsignedLong(digits, 16));
    }
}
