package io.memflow.connector.qemu.gdb;

import io.memflow.connector.qemu.socket.Peer;
import io.memflow.connector.qemu.socket.TimedChannel;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A debugger's connection to QEMU, with addresses taken for physical ones. QEMU pauses the machine when a debugger connects
 * and leaves it so when one goes away without a word. So {@link #close} takes leave: the machine runs on if it ran before,
 * and addresses mean what they meant. Confined.
 *
 * <p>Source: GDB's manual, "Remote Protocol"; QEMU's docs/system/gdb.rst and gdbstub/gdbstub.c.
 */
final class GdbStub implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Peer PEER = new Peer(
            "QEMU's debugger stub",
            "start QEMU with -gdb unix:path=PATH,server=on,wait=off or -gdb tcp:127.0.0.1:PORT, or give its monitor the command gdbserver",
            "it serves one debugger at a time, so end any other");

    private static final Pattern PACKET_SIZE = Pattern.compile("(?:^|;)PacketSize=([0-9a-f]{1,8})(?:;|$)");
    private static final String PHYSICAL = "qemu.PhyMemMode";
    private static final String DONE = "OK";
    /** Packets of QEMU since 0.8; of others, what any stub must take. */
    private static final int SMALLEST_PACKET = 400;

    private static final int LARGEST_PACKET = 1 << 17;
    /** {@code M}, an address of 16 digits, a comma, a length of 8, a colon, with room to spare. */
    private static final int WRITE_OVERHEAD = 64;
    /** What {@code info mtree -f} prints of a large machine is some 100 KiB. */
    private static final int LONGEST_PRINT = 8 << 20;

    private final GdbPackets packets;
    private int packetBytes = SMALLEST_PACKET;
    private boolean wasRunning;
    private String modeBefore = "";
    private boolean isKept;
    private GdbSpace space = GdbSpace.PHYSICAL;

    private GdbStub(GdbPackets packets) {
        this.packets = packets;
    }

    /**
     * Goes on with a connection that a keeper made with {@link #attach}; it takes the leave too.
     *
     * @param channel the way to the keeper, owned from then on
     */
    static GdbStub over(SocketChannel channel, int packetBytes, CpuState before) {
        GdbStub stub = new GdbStub(new GdbPackets(TimedChannel.over(channel, PEER)));
        stub.packetBytes = Math.clamp(packetBytes, SMALLEST_PACKET, LARGEST_PACKET);
        stub.wasRunning = before == CpuState.RUNNING;
        stub.isKept = true;
        return stub;
    }

    /**
     * Connects, which pauses the machine.
     *
     * @throws MemflowException when nobody listens there, or what listens gives no physical memory
     */
    static GdbStub attach(SocketAddress address) {
        TimedChannel channel = TimedChannel.connect(address, PEER, TimedChannel.deadline(TIMEOUT));
        GdbStub stub = new GdbStub(new GdbPackets(channel));
        try {
            stub.begin();
            return stub;
        } catch (MemflowException failed) {
            try {
                stub.close();
            } catch (MemflowException alsoFailed) {
                failed.addSuppressed(alsoFailed);
            }
            throw failed;
        }
    }

    private void begin() {
        Matcher size = PACKET_SIZE.matcher(ask("qSupported"));
        if (size.find()) {
            packetBytes = Math.clamp(Integer.parseInt(size.group(1), 16), SMALLEST_PACKET, LARGEST_PACKET);
        }
        String mode = ask("q" + PHYSICAL);
        if (!mode.equals("0") && !mode.equals("1")) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_SUPPORTED,
                    "What listens there speaks the debugger's protocol but gives no physical memory (%s is \"%s\"): it is no QEMU since 4.1; use the qemu connector where its process can be reached."
                            .formatted(PHYSICAL, mode));
        }
        modeBefore = mode;
        requireDone("Q" + PHYSICAL + ":1");
    }

    /** What the machine did until this connection paused it. */
    CpuState before() {
        return wasRunning ? CpuState.RUNNING : CpuState.PAUSED;
    }

    /** The packets that give the machine back as it was found, framed and in order; the last one sets it going. */
    String farewell() {
        // What comes first ends a packet that was sent in part, and is passed over otherwise.
        return "#00"
                + (modeBefore.equals("0") ? GdbPackets.framed("Q" + PHYSICAL + ":0") : "")
                + (wasRunning ? GdbPackets.framed("D") : "");
    }

    /** Lets go of the connection without taking leave: for a keeper, which passes everything on as it comes. */
    SocketChannel release() throws IOException {
        return packets.release();
    }

    /** The most bytes of one packet's content. */
    int packetBytes() {
        return packetBytes;
    }

    /** The most bytes that one packet can give: each takes two digits. */
    int largestRead() {
        return packetBytes / 2;
    }

    /**
     * Decides what addresses mean from now on.
     *
     * @throws MemflowException when the machine has no such processor
     */
    void select(GdbSpace wanted) {
        if (wanted.equals(space)) {
            return;
        }
        if (wanted.kind() != space.kind()) {
            requireDone("Q" + PHYSICAL + (wanted.kind() == AddressKind.PHYSICAL ? ":1" : ":0"));
        }
        if (wanted.kind() == AddressKind.VIRTUAL) {
            requireDone("Hg" + wanted.thread());
        }
        space = wanted;
    }

    /**
     * Writes bytes where {@link #select} says.
     *
     * @return whether the stub took them
     */
    boolean write(long address, byte[] bytes, int length) {
        return ask("M%x,%x:%s".formatted(address, length, HexFormat.of().formatHex(bytes, 0, length)))
                .equals(DONE);
    }

    /** The most bytes that one packet can take to be written, beside an address and a length. */
    int largestWrite() {
        return (packetBytes - WRITE_OVERHEAD) / 2;
    }

    /** Asks for bytes where {@link #select} says; answers come in the order of the questions. */
    void askForBytes(long address, int bytes) {
        packets.send("m%x,%x".formatted(address, bytes), TimedChannel.deadline(TIMEOUT));
    }

    /**
     * Takes the next answer to {@link #askForBytes}.
     *
     * @return how many bytes came, 0 when the stub refuses
     * @throws MalformedDataException when what came are no bytes
     */
    int takeBytes(byte[] into, int most) {
        receiveAnswer();
        int digits = packets.length();
        if (packets.starts('E') && digits == 3) {
            return 0;
        }
        if (digits == 0 || (digits & 1) != 0 || digits / 2 > most) {
            throw GdbPackets.malformed("%d digits came in place of %d bytes".formatted(digits, most));
        }
        byte[] text = packets.content();
        for (int i = 0; i < digits; i += 2) {
            int high = Character.digit(text[i], 16);
            int low = Character.digit(text[i + 1], 16);
            if (high < 0 || low < 0) {
                throw GdbPackets.malformed("bytes came that are no digits");
            }
            into[i / 2] = (byte) (high << 4 | low);
        }
        return digits / 2;
    }

    /**
     * Runs one line of QEMU's monitor for humans and returns what it prints.
     *
     * @throws MemflowException when the stub refuses
     */
    String monitor(String line) {
        String command = HexFormat.of().formatHex(line.getBytes(StandardCharsets.ISO_8859_1));
        packets.send("qRcmd," + command, TimedChannel.deadline(TIMEOUT));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        receiveAnswer();
        while (!packets.text().equals(DONE)) {
            if (!packets.starts('O') || (packets.length() & 1) == 0) {
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.NOT_SUPPORTED,
                        "QEMU's debugger stub refused the monitor command \"%s\" (\"%s\")."
                                .formatted(line, packets.text()));
            }
            appendHex(packets.text().substring(1), printed);
            receiveAnswer();
        }
        return printed.toString(StandardCharsets.ISO_8859_1);
    }

    private static void appendHex(String digits, ByteArrayOutputStream printed) {
        if (printed.size() > LONGEST_PRINT) {
            throw GdbPackets.malformed("the monitor prints more than %d bytes".formatted(LONGEST_PRINT));
        }
        try {
            printed.writeBytes(HexFormat.of().parseHex(digits));
        } catch (IllegalArgumentException noDigits) {
            throw GdbPackets.malformed("the monitor's words are no digits");
        }
    }

    /** Gives the machine back as it was found, or lets the keeper do so. */
    @Override
    public void close() {
        try (packets) {
            if (isKept) {
                return;
            }
            if (modeBefore.equals("0")) {
                requireDone("Q" + PHYSICAL + ":0");
            }
            if (wasRunning) {
                requireDone("D");
            }
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.UNKNOWN,
                    "The connection to QEMU's debugger stub could not be closed: " + e.getMessage(),
                    e);
        }
    }

    private void requireDone(String packet) {
        String answer = ask(packet);
        if (!answer.equals(DONE)) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_SUPPORTED,
                    "QEMU's debugger stub refused \"%s\" (\"%s\").".formatted(packet, answer));
        }
    }

    /** Sends one packet and gives what is answered. */
    String ask(String packet) {
        packets.send(packet, TimedChannel.deadline(TIMEOUT));
        receiveAnswer();
        return packets.text();
    }

    /** Passes over the news that the machine has stopped, which QEMU tells unasked and before the first answer. */
    private void receiveAnswer() {
        long deadline = TimedChannel.deadline(TIMEOUT);
        packets.receive(deadline);
        while (packets.starts('T') || packets.starts('S')) {
            wasRunning = true;
            packets.receive(deadline);
        }
    }
}
