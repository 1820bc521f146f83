package io.memflow.connector.qemu.gdb;

import io.memflow.core.cpu.Register;
import io.memflow.core.error.MalformedDataException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The registers that a stub offers, by its own description of them. Immutable. Source: GDB's manual, "Target Description
 * Format" and the packets {@code qXfer:features:read}, {@code Hg} and {@code p}.
 *
 * @param architecture as GDB calls it
 */
record GdbRegisterList(String architecture, List<GdbRegisterList.Entry> entries) {
    private static final String TARGET = "target.xml";
    private static final Pattern ELEMENT = Pattern.compile("<(?:xi:include|reg|architecture)\\b[^>]*>(?:([^<]*))?");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\b([a-z]+)=\"([^\"]*)\"");

    /** How much of a description is asked for at once; QEMU cuts what is more than its packets. */
    private static final int CHUNK = 0x700;

    private static final int LONGEST_DOCUMENT = 1 << 20;
    /** QEMU's AArch64 has some 400 with all extensions. */
    private static final int MOST_REGISTERS = 1 << 13;

    private static final int MOST_INCLUDES = 64;

    /**
     * One register.
     *
     * @param number what the stub calls it
     */
    record Entry(String name, int number, int bits) {}

    /**
     * Asks which registers there are.
     *
     * @throws io.memflow.core.error.MemflowException when the stub does not say
     */
    static GdbRegisterList ask(GdbStub stub) {
        List<Entry> entries = new ArrayList<>();
        String architecture = "";
        int includes = 0;
        String target = document(stub, TARGET);
        Matcher part = ELEMENT.matcher(target);
        while (part.find()) {
            if (part.group().startsWith("<architecture")) {
                architecture = part.group(1).strip();
            } else if (part.group().startsWith("<xi:include")) {
                if (++includes > MOST_INCLUDES) {
                    throw malformed("more than %d parts".formatted(MOST_INCLUDES));
                }
                addAll(document(stub, attribute(part.group(), "href", "")), entries);
            }
        }
        addAll(target, entries);
        if (entries.isEmpty()) {
            throw malformed("the stub describes no registers");
        }
        return new GdbRegisterList(architecture, List.copyOf(entries));
    }

    /**
     * Whether the description can be believed. For x86 QEMU (seen in 7.2) describes bases of three segments that it does
     * not give, so that everything behind has another number (gdb-xml/i386-64bit.xml beside target/i386/gdbstub.c).
     */
    boolean isTrue() {
        return !architecture.startsWith("i386");
    }

    /** Registers without a number come behind the one before, also across the parts. */
    private static void addAll(String document, List<Entry> entries) {
        Matcher element = ELEMENT.matcher(document);
        while (element.find()) {
            if (element.group().startsWith("<reg")) {
                int next = entries.isEmpty() ? 0 : entries.getLast().number() + 1;
                int number = number(attribute(element.group(), "regnum", Integer.toString(next)));
                int bits = number(attribute(element.group(), "bitsize", "0"));
                String name = attribute(element.group(), "name", "").toLowerCase(Locale.ROOT);
                entries.add(new Entry(name, number, bits));
                if (entries.size() > MOST_REGISTERS) {
                    throw malformed("more than %d registers".formatted(MOST_REGISTERS));
                }
            }
        }
    }

    /** Values of one processor; registers that the stub does not give after all are left out. */
    List<Register> values(GdbStub stub, String thread) {
        stub.select(GdbSpace.virtual(thread));
        List<Register> values = new ArrayList<>();
        try {
            for (Entry entry : entries) {
                String digits = stub.ask("p%x".formatted(entry.number()));
                if (digits.length() * 4 == entry.bits() && digits.matches("[0-9a-f]+")) {
                    values.add(new Register(entry.name(), entry.bits(), littleEndian(digits)));
                }
            }
        } finally {
            stub.select(GdbSpace.PHYSICAL);
        }
        return List.copyOf(values);
    }

    /** Bytes of a pointer. */
    int pointerBytes() {
        boolean narrow = architecture.equals("i386") || architecture.equals("arm") || architecture.equals("riscv:rv32");
        return narrow ? Integer.BYTES : Long.BYTES;
    }

    private static BigInteger littleEndian(String digits) {
        byte[] bytes = HexFormat.of().parseHex(digits);
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }

    private static String document(GdbStub stub, String name) {
        StringBuilder text = new StringBuilder();
        while (text.length() <= LONGEST_DOCUMENT) {
            String piece = stub.ask("qXfer:features:read:%s:%x,%x".formatted(name, text.length(), CHUNK));
            boolean last = piece.startsWith("l");
            if (!last && (!piece.startsWith("m") || piece.length() == 1)) {
                throw malformed("the stub does not give %s (\"%s\")".formatted(name, piece));
            }
            text.append(piece, 1, piece.length());
            if (last) {
                return text.toString();
            }
        }
        throw malformed("%s has more than %d bytes".formatted(name, LONGEST_DOCUMENT));
    }

    private static String attribute(String element, String name, String otherwise) {
        Matcher attribute = ATTRIBUTE.matcher(element);
        while (attribute.find()) {
            if (attribute.group(1).equals(name)) {
                return attribute.group(2);
            }
        }
        return otherwise;
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw malformed("\"%s\" is no number".formatted(text));
        }
        return Integer.parseInt(text);
    }

    private static MalformedDataException malformed(String reason) {
        return new MalformedDataException("gdb target description", 0, reason);
    }
}
