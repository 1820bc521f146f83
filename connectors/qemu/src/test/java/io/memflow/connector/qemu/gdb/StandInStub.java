package io.memflow.connector.qemu.gdb;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A stub as QEMU has one, for one machine with RAM at 0 and at 4 GiB that holds the low byte of each page's number. Serves
 * one debugger after the other.
 */
final class StandInStub implements AutoCloseable {
    static final long HIGH = 1L << 32;
    static final int PIECE = 0x10000;

    private static final String LAYOUT = """
            FlatView #0
             AS "memory", root: system
             Root memory region: system
              0000000000000000-000000000000ffff (prio 0, ram): pc.ram
              00000000fffc0000-00000000ffffffff (prio 0, rom): pc.bios
              0000000100000000-000000010000ffff (prio 0, ram): pc.ram @0000000000010000
            """;

    private static final String TARGET =
            "<target><architecture>aarch64</architecture><xi:include href=\"cpu.xml\"/></target>";
    private static final String REGISTERS =
            "<feature><reg name=\"pc\" bitsize=\"64\"/><reg name=\"TTBR0_EL1\" bitsize=\"64\" regnum=\"1\"/><reg name=\"none\" bitsize=\"64\"/></feature>";

    private final ServerSocketChannel server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Thread serving;
    private volatile boolean running;
    private volatile int thread = 1;
    private volatile boolean lastThread;
    private volatile Function<String, Optional<String>> answers = Optional::of;
    private volatile String mode = "0";

    StandInStub(Path socket, boolean running) throws IOException {
        this.running = running;
        server = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        serving = Thread.ofVirtual().start(this::serve);
    }

    /** Changes each answer before it is sent; empty ends the connection instead. */
    void answering(Function<String, Optional<String>> change) {
        answers = change;
    }

    boolean isRunning() {
        return running;
    }

    /** Whether addresses are physical, as the stub keeps it from one debugger to the next. */
    String mode() {
        return mode;
    }

    List<String> asked() {
        return asked;
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel channel = server.accept()) {
                serve(Channels.newInputStream(channel), Channels.newOutputStream(channel));
            } catch (IOException gone) {
                asked.add("gone");
            }
        }
    }

    private void serve(InputStream in, OutputStream out) throws IOException {
        if (running) {
            running = false;
            send(out, "T02thread:01;");
        }
        while (true) {
            int next = in.read();
            while (next != '$') {
                if (next < 0) {
                    throw new EOFException();
                }
                next = in.read();
            }
            StringBuilder packet = new StringBuilder();
            for (next = in.read(); next != '#'; next = in.read()) {
                packet.append((char) next);
            }
            in.skipNBytes(2);
            asked.add(packet.toString());
            for (String answer : answer(packet.toString())) {
                send(out, answers.apply(answer).orElseThrow(EOFException::new));
            }
        }
    }

    private List<String> answer(String packet) {
        if (packet.startsWith("m")) {
            String[] words = packet.substring(1).split(",", -1);
            return List.of(bytes(Long.parseUnsignedLong(words[0], 16), Integer.parseInt(words[1], 16)));
        }
        if (packet.startsWith("qRcmd,")) {
            String line = new String(HexFormat.of().parseHex(packet.substring(6)), StandardCharsets.ISO_8859_1);
            String text = switch (line) {
                case "info memdev" -> "memory backend: pc.ram\n  size:  131072\n";
                case "info registers -a" -> "\r\nCPU#0\r\n PC=00000000000000aa\r\nCPU#1\r\n PC=00000000000000bb\r\n";
                default -> LAYOUT;
            };
            int half = text.length() / 2;
            return List.of("O" + hex(text.substring(0, half)), "O" + hex(text.substring(half)), "OK");
        }
        if (packet.startsWith("qXfer:features:read:")) {
            return List.of("l" + (packet.contains("target.xml") ? TARGET : REGISTERS));
        }
        if (packet.startsWith("p")) {
            int number = Integer.parseInt(packet.substring(1), 16);
            return List.of(number > 1 ? "E14" : littleEndian((number + 1) * 0x1000 + (number == 0 ? 0 : thread)));
        }
        if (packet.startsWith("Hg")) {
            thread = Integer.parseInt(packet.substring(2), 16);
            return List.of("OK");
        }
        if (packet.startsWith("M")) {
            return List.of("OK");
        }
        return List.of(
                switch (packet) {
                    case "qSupported" -> "PacketSize=1000;qXfer:features:read+";
                    case "qqemu.PhyMemMode" -> mode;
                    case "Qqemu.PhyMemMode:0", "Qqemu.PhyMemMode:1" -> {
                        mode = packet.substring(packet.length() - 1);
                        yield "OK";
                    }
                    case "qfThreadInfo" -> "m01";
                    case "qsThreadInfo" -> {
                        lastThread = !lastThread;
                        yield lastThread ? "m02" : "l";
                    }
                    case "D" -> {
                        running = true;
                        yield "OK";
                    }
                    default -> "";
                });
    }

    private static String littleEndian(int value) {
        return HexFormat.of().toHexDigits(Long.reverseBytes(value));
    }

    private static String bytes(long address, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(HexFormat.of().toHexDigits((byte) ((address + i) >>> 12)));
        }
        return text.toString();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void send(OutputStream out, String packet) throws IOException {
        int sum = packet.chars().sum() & 0xFF;
        out.write("+$%s#%02x".formatted(packet, sum).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        try {
            server.close();
            serving.join();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
