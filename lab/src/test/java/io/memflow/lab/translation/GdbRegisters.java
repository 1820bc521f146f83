package io.memflow.lab.translation;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.error.MalformedDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** System registers of a paused AArch64 guest. QEMU shows them to debuggers only. */
final class GdbRegisters {
    private static final String FORMAT = "gdb registers";
    private static final String DOCUMENT = "system-registers.xml";
    private static final Pattern REGISTER = Pattern.compile("<reg ([^>]*)/>");
    private static final Pattern NAME = Pattern.compile("\\bname=\"([A-Za-z0-9_]+)\"");
    private static final Pattern NUMBER = Pattern.compile("\\bregnum=\"([0-9]{1,6})\"");

    private GdbRegisters() {}

    /**
     * Opens the guest's debugger port for a moment and reads the registers that decide on translation.
     *
     * @param folder where the port's socket may stand
     * @throws MalformedDataException when QEMU does not offer one of them
     */
    static PagingRegisters.Arm64 read(QmpClient monitor, Path folder) throws IOException {
        Path socket = folder.resolve("gdb.sock");
        monitor.humanMonitor("gdbserver unix:%s,server=on,wait=off".formatted(socket));
        try (GdbConnection gdb = GdbConnection.to(socket)) {
            Map<String, Integer> numbers = numbers(gdb.document(DOCUMENT));
            return new PagingRegisters.Arm64(
                    value(gdb, numbers, "TTBR0_EL1"),
                    value(gdb, numbers, "TTBR1_EL1"),
                    value(gdb, numbers, "TCR_EL1"),
                    value(gdb, numbers, "ID_AA64MMFR0_EL1"));
        } finally {
            monitor.humanMonitor("gdbserver none");
            Files.deleteIfExists(socket);
        }
    }

    /** Register numbers by name, from QEMU's description of its system registers. */
    static Map<String, Integer> numbers(String document) {
        Map<String, Integer> numbers = new TreeMap<>();
        Matcher register = REGISTER.matcher(document);
        while (register.find()) {
            Matcher name = NAME.matcher(register.group(1));
            Matcher number = NUMBER.matcher(register.group(1));
            if (name.find() && number.find()) {
                numbers.put(name.group(1), Integer.valueOf(number.group(1)));
            }
        }
        return numbers;
    }

    private static long value(GdbConnection gdb, Map<String, Integer> numbers, String name) throws IOException {
        Integer number = numbers.get(name);
        if (number == null) {
            throw new MalformedDataException(FORMAT, 0, "QEMU does not offer " + name);
        }
        String bytes = gdb.ask("p%x".formatted(number));
        if (!bytes.matches("[0-9a-f]{16}")) {
            throw new MalformedDataException(FORMAT, 0, "%s has the value '%s'".formatted(name, bytes));
        }
        // A register comes in the guest's byte order, the lowest byte first.
        return Long.reverseBytes(Long.parseUnsignedLong(bytes, 16));
    }
}
