package io.memflow.lab.translation;

import io.memflow.core.error.MalformedDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A debugger's connection to a paused QEMU, as far as reading registers takes it. Confined. Source: the remote protocol
 * in GDB's manual.
 */
final class GdbConnection implements AutoCloseable {
    private static final String FORMAT = "gdb remote";

    /** QEMU takes and sends packets up to 4 KiB, its PacketSize. */
    private static final int CHUNK = 0x700;

    private static final int LONGEST_PACKET = 1 << 16;
    private static final int ESCAPE = '}';
    private static final int ESCAPED = 0x20;

    private final SocketChannel channel;
    private final ByteBuffer input = ByteBuffer.allocate(CHUNK).flip();

    private GdbConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static GdbConnection to(Path socket) throws IOException {
        return new GdbConnection(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Sends one packet and returns the answer to it. */
    String ask(String packet) throws IOException {
        byte[] content = packet.getBytes(StandardCharsets.ISO_8859_1);
        String framed = "$%s#%02x".formatted(packet, sum(content));
        send(framed);
        String answer = receive();
        // QEMU tells of the stop that the connection itself would have caused, unasked and before the first answer.
        while (answer.startsWith("T")) {
            answer = receive();
        }
        return answer;
    }

    /** One of the target's descriptions, put together from its pieces. */
    String document(String name) throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            String piece = ask("qXfer:features:read:%s:%x,%x".formatted(name, text.length(), CHUNK));
            if (!piece.startsWith("m") && !piece.startsWith("l")) {
                throw new MalformedDataException(FORMAT, 0, "no %s is offered: '%s'".formatted(name, piece));
            }
            text.append(piece, 1, piece.length());
            if (piece.startsWith("l")) {
                return text.toString();
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private String receive() throws IOException {
        int next = read();
        while (next != '$') {
            next = read();
        }
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (next = read(); next != '#' && raw.size() < LONGEST_PACKET; next = read()) {
            raw.write(next);
            if (next == ESCAPE) {
                next = read();
                raw.write(next);
                next ^= ESCAPED;
            }
            content.write(next);
        }
        int sum = (Character.digit(read(), 16) << 4) | Character.digit(read(), 16);
        if (sum != sum(raw.toByteArray())) {
            throw new MalformedDataException(FORMAT, 0, "a packet's checksum is wrong");
        }
        send("+");
        return content.toString(StandardCharsets.ISO_8859_1);
    }

    private void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private int read() throws IOException {
        while (!input.hasRemaining()) {
            input.clear();
            int count = channel.read(input);
            input.flip();
            if (count < 0) {
                throw new MalformedDataException(FORMAT, 0, "QEMU closed the connection");
            }
        }
        return Byte.toUnsignedInt(input.get());
    }

    private static int sum(byte[] bytes) {
        int sum = 0;
        for (byte each : bytes) {
            sum += each;
        }
        return sum & 0xFF;
    }
}
