package io.memflow.lab;

import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.nio.file.Path;
import java.util.List;

/** Opens what the tests look at the way a user's chain does. */
final class Targets {
    private Targets() {}

    static OperatingSystem image(Path file) {
        return linux("dump:" + file);
    }

    /** A raw image together with a file of symbols or types. */
    static OperatingSystem image(Path file, Path symbols) {
        return linux("dump:" + file, "linux::symbols=" + symbols);
    }

    /** A raw image whose first byte lies at a physical address. */
    static OperatingSystem image(Path file, long base) {
        return linux("dump:%s:base=0x%x".formatted(file, base));
    }

    static OperatingSystem running(LabGuest guest) {
        return linux("qemu:" + guest.guest().pid());
    }

    /** The same without mapping its RAM: each read copies from the process. */
    static OperatingSystem copied(LabGuest guest) {
        return linux("qemu:%d:memory=process".formatted(guest.guest().pid()));
    }

    private static OperatingSystem linux(String connector) {
        return linux(connector, "linux");
    }

    private static OperatingSystem linux(String connector, String system) {
        return Inventory.load()
                .build(List.of(
                        ChainParser.parse(ChainStep.Kind.CONNECTOR, connector),
                        ChainParser.parse(ChainStep.Kind.OS, system)));
    }
}
