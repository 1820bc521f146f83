package io.memflow.connector.qemu.qmp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A monitor that serves one client: sends its greeting, then one scripted reply for each line it receives. */
public final class ScriptedMonitor implements AutoCloseable {
    static final String GREETING = "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7},"
            + " \"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}\r\n";
    static final String DONE = "{\"return\": {}}\r\n";

    /** A reply that ends the connection instead of answering. */
    static final byte[] HANG_UP = new byte[0];

    private final ServerSocketChannel server;
    private final UnixDomainSocketAddress address;
    private final Thread thread;
    private final List<String> received = new CopyOnWriteArrayList<>();

    private ScriptedMonitor(Path folder, List<byte[]> replies) throws IOException {
        address = UnixDomainSocketAddress.of(folder.resolve("qmp.sock"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(address);
        thread = Thread.ofVirtual().start(() -> serve(replies));
    }

    /** The first reply is the greeting, the second answers {@code qmp_capabilities}. */
    static ScriptedMonitor raw(Path folder, byte[]... replies) throws IOException {
        return new ScriptedMonitor(folder, List.of(replies));
    }

    /** A monitor past its negotiation, which then gives these replies. */
    public static ScriptedMonitor ready(Path folder, String... replies) throws IOException {
        byte[][] all = new byte[replies.length + 2][];
        all[0] = bytes(GREETING);
        all[1] = bytes(DONE);
        for (int i = 0; i < replies.length; i++) {
            all[i + 2] = bytes(replies[i]);
        }
        return raw(folder, all);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public UnixDomainSocketAddress address() {
        return address;
    }

    public List<String> received() {
        return received;
    }

    private void serve(List<byte[]> replies) {
        try (SocketChannel client = server.accept();
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8))) {
            for (byte[] reply : replies) {
                if (reply.length == 0) {
                    return;
                }
                ByteBuffer rest = ByteBuffer.wrap(reply);
                while (rest.hasRemaining()) {
                    client.write(rest);
                }
                String line = reader.readLine();
                if (line == null) {
                    return;
                }
                received.add(line);
            }
            while (reader.readLine() != null) {
                // The script is over: stay silent until the client leaves.
            }
        } catch (IOException e) {
            received.add("server ended: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
    }
}
