package io.memflow.connector.qemu.layout;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.HostPiece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layout as the machine itself tells it through its monitor. Only asks; the guest does not notice. Stateless.
 */
public final class MonitorLayout {
    /** RAM of machines from before QEMU 5.0, which had no memory backend of its own. */
    private static final String OLD_PC_RAM = "pc.ram";
    /** QEMU's monitor/hmp-cmds-target.c, hmp_gpa2hva. */
    private static final Pattern HOST_ADDRESS =
            Pattern.compile("Host virtual address for 0x[0-9a-f]+ \\((.*)\\) is 0x([0-9a-f]{1,16})");

    private MonitorLayout() {}

    /**
     * Asks for the layout.
     *
     * @param mappings of the process that is meant, taken after the machine started
     * @return the pieces of RAM, ascending
     * @throws MemflowException when the monitor does not know, or belongs to another process
     */
    public static List<HostPiece> ask(QmpClient monitor, List<HostMapping> mappings) {
        Set<String> blocks = new HashSet<>(Set.of(OLD_PC_RAM));
        if (monitor.execute("query-memdev") instanceof List<?> backends) {
            for (Object backend : backends) {
                if (backend instanceof Map<?, ?> members && members.get("id") instanceof String id) {
                    blocks.add(id);
                }
            }
        }
        List<RamPiece> pieces = MtreeParser.parse(monitor.humanMonitor("info mtree -f"), blocks);
        if (pieces.isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_FOUND,
                    "QEMU's monitor shows no RAM (looked for the blocks %s in info mtree): the machine may still be starting, try again."
                            .formatted(String.join(", ", blocks)));
        }
        Map<String, Long> blockBases = new HashMap<>();
        List<HostPiece> located = new ArrayList<>();
        for (RamPiece piece : pieces) {
            long base =
                    blockBases.computeIfAbsent(piece.block(), block -> hostAddress(monitor, piece) - piece.offset());
            HostPiece host = new HostPiece(piece.physical(), base + piece.offset(), piece.length());
            requireMapped(host, mappings);
            located.add(host);
        }
        return List.copyOf(located);
    }

    private static long hostAddress(QmpClient monitor, RamPiece piece) {
        String answer = monitor.humanMonitor("gpa2hva " + Address.format(piece.physical()));
        Matcher matcher = HOST_ADDRESS.matcher(answer.strip());
        if (!matcher.matches() || !matcher.group(1).equals(piece.block())) {
            throw new MalformedDataException(
                    "gpa2hva",
                    0,
                    "no host address of %s at %s: %s"
                            .formatted(piece.block(), Address.format(piece.physical()), answer.strip()));
        }
        return Long.parseUnsignedLong(matcher.group(2), 16);
    }

    /** RAM that the process has not mapped at that place is some other machine's. */
    private static void requireMapped(HostPiece piece, List<HostMapping> mappings) {
        long position = piece.host();
        long end = piece.host() + piece.length();
        for (HostMapping mapping : mappings) {
            if (mapping.isData() && mapping.start() <= position && position < mapping.end()) {
                position = mapping.end();
            }
        }
        if (position < end) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.CONFIGURATION,
                    "The monitor says that guest memory at %s lies at %s in its QEMU, but the process that was named has nothing there: the monitor belongs to another machine, name the right socket with monitor=."
                            .formatted(Address.format(piece.physical()), Address.format(piece.host())));
        }
    }
}
