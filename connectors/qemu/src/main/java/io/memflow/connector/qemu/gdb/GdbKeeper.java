package io.memflow.connector.qemu.gdb;

import io.memflow.connector.qemu.keeper.KeeperAddress;
import io.memflow.connector.qemu.keeper.KeeperLine;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The program of the process that holds a connection to a debugger stub and passes bytes between it and its owner. To
 * connect is to pause the machine, and only who hears the first words of the stub knows whether it ran; so it is this process
 * that connects, and that takes leave of the stub when the owner's end of the way to it is closed, however that happens.
 */
final class GdbKeeper {
    static final String ATTACHED = "attached";
    static final String RELEASED = "released";

    private static final int BUFFER = 64 << 10;
    /** Behind the last packet's answer QEMU closes its end at once. */
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    /** The answer "OK" as a packet. */
    private static final String DONE = "$OK#9a";

    private GdbKeeper() {}

    /** Started by {@link GdbLink}: the stub's address in three words, and the path of the owner's socket. */
    public static void main(String[] words) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        Path way = Path.of(words[3]);
        try (SocketChannel owner = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            owner.connect(UnixDomainSocketAddress.of(way));
            // The owner has removed them if it lives; when it was killed nobody else would.
            Files.deleteIfExists(way);
            Optional<Path> folder = Optional.ofNullable(way.getParent());
            if (folder.isPresent()) {
                Files.deleteIfExists(folder.get());
            }
            // Where there is no setsid a terminal's interrupt comes here too, and ends the passing on.
            Thread passing = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndWait(owner, passing)));
            keep(KeeperAddress.parse(words[0], words[1], words[2]), owner, out);
            out.println(new KeeperLine(RELEASED).written());
        } catch (MemflowException failed) {
            out.println(KeeperLine.failure(failed).written());
        }
    }

    private static void endAndWait(SocketChannel owner, Thread passing) {
        try {
            owner.shutdownInput();
            passing.join(FAREWELL);
        } catch (IOException alreadyClosed) {
            return;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void keep(SocketAddress address, SocketChannel owner, PrintStream out) throws IOException {
        GdbStub stub = GdbStub.attach(address);
        String farewell = stub.farewell();
        try (SocketChannel connection = stub.release()) {
            out.println(new KeeperLine(ATTACHED, stub.packetBytes() + " " + stub.before()).written());
            CompletableFuture<String> last = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> last.complete(passAnswers(connection, owner)));
            passQuestions(owner, connection);
            takeLeave(connection, farewell, last, stub.before());
        }
    }

    /** Until the owner closes its end. */
    private static void passQuestions(SocketChannel owner, SocketChannel connection) {
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        try {
            while (owner.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    connection.write(bytes);
                }
            }
        } catch (IOException ended) {
            // The owner was killed, or the machine ended: in both cases the leave is what is left to do.
            return;
        }
    }

    /** Until QEMU closes its end; gives the last bytes that it said. What the owner does not want any more is dropped. */
    private static String passAnswers(SocketChannel connection, SocketChannel owner) {
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        boolean wanted = true;
        String tail = "";
        try {
            while (connection.read(bytes.clear()) >= 0) {
                bytes.flip();
                String all = tail + StandardCharsets.ISO_8859_1.decode(bytes.duplicate());
                tail = all.substring(Math.max(0, all.length() - DONE.length()));
                wanted = wanted && passed(bytes, owner);
            }
        } catch (IOException ended) {
            tail = "";
        }
        closeOutput(owner);
        return tail;
    }

    private static boolean passed(ByteBuffer bytes, SocketChannel owner) {
        try {
            while (bytes.hasRemaining()) {
                owner.write(bytes);
            }
            return true;
        } catch (IOException ownerEnded) {
            return false;
        }
    }

    private static void closeOutput(SocketChannel owner) {
        try {
            owner.shutdownOutput();
        } catch (IOException alreadyClosed) {
            return;
        }
    }

    private static void takeLeave(
            SocketChannel connection, String farewell, CompletableFuture<String> last, CpuState before)
            throws IOException {
        if (last.isDone()) {
            throw notSure("QEMU closed the connection before");
        }
        ByteBuffer bytes = ByteBuffer.wrap(farewell.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
        connection.shutdownOutput();
        String tail = last.completeOnTimeout("", FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (before == CpuState.RUNNING && !tail.equals(DONE)) {
            throw notSure("QEMU did not confirm it");
        }
    }

    private static MemflowException notSure(String found) {
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.UNKNOWN,
                "It is not sure that the machine runs on as it did: %s. Check it with info status in its monitor; cont lets it run."
                        .formatted(found));
    }
}
