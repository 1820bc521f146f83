package io.memflow.connector.qemu.gdb;

import io.memflow.connector.qemu.socket.TimedChannel;
import io.memflow.core.error.MalformedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Packets of the debugger's remote protocol (GDB's manual, "Remote Protocol", chapters "Overview" and "Packet
 * Acknowledgment"). Several may be sent before the first answer is read. Confined.
 *
 * <p>An acknowledgment is sent along with the next packet: QEMU takes the start of a packet for one as well.
 */
final class GdbPackets implements AutoCloseable {
    static final String FORMAT = "gdb remote protocol";

    /** QEMU's own packets have at most 4 KiB; a description of registers, the longest of others, some 64. */
    private static final int LONGEST = 1 << 18;

    private static final int BUFFER = 16 << 10;
    private static final int ESCAPE = '}';
    private static final int ESCAPED = 0x20;
    private static final int REPEAT = '*';
    /** A repeat count is this much more than it says, so that it is a printable character. */
    private static final int REPEAT_BIAS = 29;

    private final TimedChannel channel;
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER).flip();
    private byte[] content = new byte[BUFFER];
    private int length;
    private int unacknowledged;

    GdbPackets(TimedChannel channel) {
        this.channel = channel;
    }

    /** Sends one packet. */
    void send(String packet, long deadline) {
        byte[] bytes = packet.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer framed = ByteBuffer.allocate(unacknowledged + bytes.length + 4);
        for (; unacknowledged > 0; unacknowledged--) {
            framed.put((byte) '+');
        }
        int sum = 0;
        for (byte each : bytes) {
            sum += each;
        }
        framed.put((byte) '$').put(bytes).put((byte) '#').put(digit(sum >>> 4)).put(digit(sum));
        channel.write(framed.flip(), deadline);
    }

    /** A packet as it is sent. */
    static String framed(String packet) {
        int sum = 0;
        for (byte each : packet.getBytes(StandardCharsets.ISO_8859_1)) {
            sum += each;
        }
        return "$%s#%02x".formatted(packet, sum & 0xFF);
    }

    /** Lets go of the channel, which is then in blocking mode. What was received and not asked for is dropped. */
    SocketChannel release() throws IOException {
        return channel.release();
    }

    private static byte digit(int value) {
        return (byte) Character.forDigit(value & 0xF, 16);
    }

    /**
     * Receives one packet, which {@link #content}, {@link #length} and {@link #text} then give until the next one.
     *
     * @throws io.memflow.core.error.MemflowException when none comes in time, or the peer is gone
     * @throws MalformedDataException when what comes is no packet
     */
    void receive(long deadline) {
        int next = read(deadline);
        while (next != '$') {
            if (next == '-') {
                throw malformed("a packet of ours did not arrive whole");
            }
            next = read(deadline);
        }
        length = 0;
        int sum = 0;
        for (next = read(deadline); next != '#'; next = read(deadline)) {
            sum += next;
            if (next == ESCAPE) {
                next = read(deadline);
                sum += next;
                put(next ^ ESCAPED, 1);
            } else if (next == REPEAT && length > 0) {
                int count = read(deadline);
                sum += count;
                put(content[length - 1], count - REPEAT_BIAS);
            } else {
                put(next, 1);
            }
        }
        int stated = Character.digit(read(deadline), 16) << 4 | Character.digit(read(deadline), 16);
        if (stated != (sum & 0xFF)) {
            throw malformed("a packet's checksum is wrong");
        }
        unacknowledged++;
    }

    private void put(int character, int times) {
        if (times < 0 || length + times > LONGEST) {
            throw malformed("a packet of more than %d bytes".formatted(LONGEST));
        }
        if (length + times > content.length) {
            content = Arrays.copyOf(content, Math.min(LONGEST, Math.max(length + times, 2 * content.length)));
        }
        Arrays.fill(content, length, length + times, (byte) character);
        length += times;
    }

    /** The packet received last; only the first {@link #length} bytes are its own. */
    byte[] content() {
        return content;
    }

    int length() {
        return length;
    }

    /** The packet received last as text. */
    String text() {
        return new String(content, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Whether the packet received last begins with a character. */
    boolean starts(char first) {
        return length > 0 && content[0] == first;
    }

    private int read(long deadline) {
        if (!input.hasRemaining()) {
            input.clear();
            try {
                channel.read(input, deadline);
            } finally {
                input.flip();
            }
        }
        return Byte.toUnsignedInt(input.get());
    }

    static MalformedDataException malformed(String reason) {
        return new MalformedDataException(FORMAT, 0, reason);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
