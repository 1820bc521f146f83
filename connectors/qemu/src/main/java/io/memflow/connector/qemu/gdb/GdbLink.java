package io.memflow.connector.qemu.gdb;

import io.memflow.connector.qemu.keeper.KeeperAddress;
import io.memflow.connector.qemu.keeper.KeeperProcess;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way to a stub through the keeper that holds its connection. Confined. */
final class GdbLink implements AutoCloseable {
    private final Optional<KeeperProcess> keeper;
    private final GdbStub stub;

    private GdbLink(Optional<KeeperProcess> keeper, GdbStub stub) {
        this.keeper = keeper;
        this.stub = stub;
    }

    /** Connects without a keeper, for tests that need no guarantee. */
    static GdbLink direct(SocketAddress address) {
        return new GdbLink(Optional.empty(), GdbStub.attach(address));
    }

    /**
     * Lets a keeper connect, which pauses the machine.
     *
     * @throws MemflowException when nobody listens there, or what listens gives no physical memory
     */
    static GdbLink open(SocketAddress address) {
        try {
            // Nobody else may enter, so whoever connects is the keeper.
            Path folder = Files.createTempDirectory("memflow-gdb-");
            Path way = folder.resolve("s");
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(way));
                return open(address, way, server);
            } finally {
                Files.deleteIfExists(way);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.UNKNOWN,
                    "The way to the process that holds the debugger's connection could not be made (%s): check that the folder for temporary files can be written."
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private static GdbLink open(SocketAddress address, Path way, ServerSocketChannel server) throws IOException {
        List<String> words = new ArrayList<>(KeeperAddress.words(address));
        words.add(way.toString());
        KeeperProcess keeper = KeeperProcess.start(GdbKeeper.class, words);
        try {
            String[] found = keeper.hear(GdbKeeper.ATTACHED).split(" ", 2);
            // It connected before it said so.
            return new GdbLink(
                    Optional.of(keeper),
                    GdbStub.over(server.accept(), Integer.parseInt(found[0]), CpuState.valueOf(found[1])));
        } catch (IOException | RuntimeException failed) {
            // A keeper that nobody accepted waits until it is told that nobody will.
            server.close();
            keeper.close();
            throw failed;
        }
    }

    GdbStub stub() {
        return stub;
    }

    /**
     * Lets the keeper give the machine back as it was found.
     *
     * @throws MemflowException when that is not sure
     */
    @Override
    public void close() {
        if (keeper.isEmpty()) {
            stub.close();
            return;
        }
        try (KeeperProcess held = keeper.get()) {
            stub.close();
            String _ = held.hear(GdbKeeper.RELEASED);
        }
    }
}
