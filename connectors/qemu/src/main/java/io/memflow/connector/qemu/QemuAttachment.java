package io.memflow.connector.qemu;

import io.memflow.connector.qemu.cpu.ControlledMemory;
import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.connector.qemu.layout.MonitorLayout;
import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.RamWay;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps from a QEMU process to its memory. Stateless. */
final class QemuAttachment {
    /** A monitor answers in milliseconds on a host that is not busy; one that another client holds never does. */
    private static final Duration MONITOR_TIMEOUT = Duration.ofSeconds(3);

    private static final String FROM_MONITOR = "from its monitor";

    private QemuAttachment() {}

    /**
     * Opens the memory of a QEMU.
     *
     * @param monitor path of a monitor's socket; without one those on the command line are tried
     * @param writes whether memory can be written too
     * @throws MemflowException when the layout cannot be known for sure, or the memory not be read
     */
    static PhysicalMemory open(
            QemuProcess process, Optional<String> monitor, RamWay way, ViewProperties.Access writes) {
        RamAccess access = RamAccess.of(process, way, writes);
        if (monitor.isPresent()) {
            UnixDomainSocketAddress named = socket(monitor.get());
            return controlled(access.open(ask(named, access), FROM_MONITOR), named);
        }
        List<String> failures = new ArrayList<>();
        for (Path socket : process.monitorSockets()) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
            List<HostPiece> pieces;
            try {
                pieces = ask(address, access);
            } catch (MemflowException failed) {
                failures.add(failed.getMessage());
                continue;
            }
            return controlled(access.open(pieces, FROM_MONITOR), address);
        }
        return new DerivedRam(access, failures).open();
    }

    private static PhysicalMemory controlled(PhysicalMemory memory, UnixDomainSocketAddress monitor) {
        return new ControlledMemory(memory, monitor);
    }

    private static List<HostPiece> ask(UnixDomainSocketAddress socket, RamAccess access) {
        try (QmpClient client = QmpClient.connect(socket, MONITOR_TIMEOUT)) {
            return MonitorLayout.ask(client, access.mappings());
        }
    }

    private static UnixDomainSocketAddress socket(String path) {
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (InvalidPathException noPath) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.ARG_VALIDATION,
                    "Argument monitor: \"%s\" is no path of a socket: %s.".formatted(path, noPath.getReason()),
                    noPath);
        }
    }
}
