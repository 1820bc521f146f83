package io.memflow.connector.qemu.gdb;

import io.memflow.connector.qemu.write.WriteArgument;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.PluginArguments;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the memory of a QEMU through the stub it has for debuggers, for machines whose process cannot be reached: of another
 * user, in another container, on another host. The machine stands still meanwhile. Stateless.
 */
public final class GdbStubConnector implements ConnectorProvider {
    private static final String NAME = "gdbstub";
    private static final String HOST = "host";
    private static final int LAST_PORT = 0xFFFF;

    private final Function<SocketAddress, GdbLink> links;

    /** For the service loader. */
    public GdbStubConnector() {
        this(GdbLink::open);
    }

    GdbStubConnector(Function<SocketAddress, GdbLink> links) {
        this.links = links;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "QEMU's debugger stub, by port or Unix socket; pauses the machine meanwhile";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of(
                new ArgumentDescription(HOST, "host of the port, when it is not this one"), WriteArgument.DESCRIPTION);
    }

    /** Never: to connect is to pause the machine, so it has to be asked for. */
    @Override
    public boolean recognises(String target) {
        return false;
    }

    @Override
    public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
        if (input.isPresent()) {
            throw refusal(
                    ErrorKind.NOT_SUPPORTED,
                    "The gdbstub connector connects from this machine, not from within a target: put it first in the chain.");
        }
        String target = arguments
                .target()
                .orElseThrow(
                        () -> refusal(
                                ErrorKind.REQUIRED_ARG_NOT_FOUND,
                                "The gdbstub connector needs a port or the path of a Unix socket: gdbstub:1234 or gdbstub:/run/vm1.gdb."));
        SocketAddress address = address(target, arguments.value(HOST));
        ViewProperties.Access access = WriteArgument.access(arguments);
        GdbSession session = new GdbSession(links.apply(address));
        try {
            return new GdbMemory(
                    session,
                    session.ask(GdbLayout::ask),
                    access,
                    "QEMU by its debugger stub at %s, paused".formatted(address));
        } catch (MemflowException failed) {
            session.close();
            throw failed;
        }
    }

    private static SocketAddress address(String target, Optional<String> host) {
        if (target.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(target);
            if (port == 0 || port > LAST_PORT) {
                throw refusal(
                        ErrorKind.ARG_VALIDATION, "%d is no port: give one from 1 to %d.".formatted(port, LAST_PORT));
            }
            return host.<SocketAddress>map(name -> resolved(new InetSocketAddress(name, port)))
                    .orElseGet(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        if (host.isPresent()) {
            throw refusal(
                    ErrorKind.ARG_VALIDATION,
                    "Argument host: \"%s\" goes with a port, and \"%s\" is none.".formatted(host.get(), target));
        }
        try {
            return UnixDomainSocketAddress.of(target);
        } catch (InvalidPathException noPath) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.ARG_VALIDATION,
                    "\"%s\" is neither a port nor the path of a socket: %s.".formatted(target, noPath.getReason()),
                    noPath);
        }
    }

    private static InetSocketAddress resolved(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw refusal(
                    ErrorKind.TARGET_NOT_FOUND,
                    "There is no host \"%s\": check the name.".formatted(address.getHostString()));
        }
        return address;
    }

    private static MemflowException refusal(ErrorKind kind, String message) {
        return new MemflowException(ErrorOrigin.CONNECTOR, kind, message);
    }
}
