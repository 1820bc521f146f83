package io.memflow.bench.live;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A guest that runs, and how to get at its memory. Immutable. */
record LiveGuest(Guest guest) {
    /**
     * Its memory.
     *
     * @param way {@code shared} or {@code process}
     */
    PhysicalMemory connect(String way) {
        String step = "qemu:%d:memory=%s".formatted(guest.pid(), way);
        return Inventory.load().connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step), Optional.empty());
    }

    /** The file that is its RAM. */
    Path ramFile() {
        return guest.ramFile().orElseThrow();
    }

    /** Where its QEMU has the first byte of RAM. */
    long hostAddress() throws IOException {
        String name = ramFile().toString();
        return Files.readAllLines(Path.of("/proc", Long.toString(guest.pid()), "maps")).stream()
                .filter(line -> line.endsWith(name))
                .map(line -> Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16))
                .findFirst()
                .orElseThrow(() -> new IOException("QEMU does not map " + name));
    }
}
