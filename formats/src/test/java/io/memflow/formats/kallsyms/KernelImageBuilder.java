package io.memflow.formats.kallsyms;

import io.memflow.core.symbol.Symbol;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes images of pretended kernels: junk, false trails and one symbol table in a chosen layout. */
public final class KernelImageBuilder {
    static final long ADDRESS_64 = 0xFFFF_FFFF_8100_0000L;
    static final long ADDRESS_32 = 0xC100_0000L;

    private final TableOrder order;
    private final AddressEncoding encoding;
    private int pointerBytes = 8;
    private int markerBytes = 4;
    private int countBytes = 8;
    private int alignment = 8;
    private int imageBytes = 1 << 18;
    private int tableOffset = 0x1_2340;
    private boolean falseTrails;
    private final List<Symbol> symbols = new ArrayList<>();
    private final String[] tokens = new String[256];

    public KernelImageBuilder(TableOrder order, AddressEncoding encoding) {
        this.order = order;
        this.encoding = encoding;
        for (int code = 0; code < 256; code++) {
            tokens[code] = code > ' ' && code < 0x7F ? String.valueOf((char) code) : "";
        }
        // Unused codes stay empty, as they do in kernels with few names.
        tokens[1] = "tsymbol_";
        tokens[2] = "text";
        tokens[0xFF] = "symbol_";
        tokens[0xC8] = "_end";
    }

    public KernelImageBuilder pointers(int bytes) {
        pointerBytes = bytes;
        alignment = bytes;
        countBytes = bytes;
        return this;
    }

    public KernelImageBuilder markers(int bytes) {
        markerBytes = bytes;
        return this;
    }

    /** What 64-bit kernels from 7.0 on do: a 4-byte count and everything aligned to 4. */
    public KernelImageBuilder packed() {
        alignment = 4;
        countBytes = 4;
        tableOffset += 4;
        return this;
    }

    public KernelImageBuilder small() {
        return small(1 << 15);
    }

    /** With hardly anything beside the table. */
    public KernelImageBuilder small(int bytes) {
        imageBytes = bytes;
        tableOffset = 0x40;
        return this;
    }

    public KernelImageBuilder withFalseTrails() {
        falseTrails = true;
        return this;
    }

    public KernelImageBuilder symbol(char type, String name, long address) {
        symbols.add(new Symbol(name, address, type, ""));
        return this;
    }

    /** Some per-CPU symbols where the encoding has them, the text boundaries, and enough others. */
    public KernelImageBuilder withSymbols(int count) {
        long address = address();
        if (encoding == AddressEncoding.RELATIVE_ABSOLUTE_PERCPU) {
            symbol('A', "fixed_percpu_data", 0).symbol('A', "current_task", 0x1FB80);
        }
        symbol('T', "_text", address).symbol('T', "_stext", address);
        for (int index = 0; index < count; index++) {
            symbol('t', "symbol_" + index % (count - 3), address + 16L * index + 8);
        }
        symbol('T', "_etext", address + 16L * count);
        symbol('b', "x".repeat(300), address + 16L * count + 8);
        return symbol('B', "symbol_end", address + 16L * count + 16);
    }

    long address() {
        return pointerBytes == 8 ? ADDRESS_64 : ADDRESS_32;
    }

    int pointerBytes() {
        return pointerBytes;
    }

    List<Symbol> symbols() {
        return symbols;
    }

    Kallsyms find() {
        return Kallsyms.find(MemorySegment.ofArray(build()), address(), pointerBytes);
    }

    public byte[] build() {
        byte[] junk = new byte[imageBytes];
        new Random(5).nextBytes(junk);
        ByteBuffer out = ByteBuffer.wrap(junk).order(ByteOrder.LITTLE_ENDIAN);
        if (falseTrails) {
            out.position(0x101);
            putTokens(out);
            out.position(0xC001);
            putDigits(out);
            // A whole token table with its index, but junk before it.
            out.position(0xC800);
            putTokens(out);
            putTokenIndex(out);
        }
        out.position(tableOffset);
        if (order != TableOrder.ADDRESSES_LAST) {
            putAddresses(out);
        }
        putNames(out);
        if (order == TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE) {
            putSequence(out);
        }
        putTokens(out);
        putTokenIndex(out);
        if (order == TableOrder.ADDRESSES_LAST) {
            putAddresses(out);
            putSequence(out);
        }
        return junk;
    }

    private void align(ByteBuffer out) {
        while (out.position() % alignment != 0) {
            out.put((byte) 0);
        }
    }

    private void putAddresses(ByteBuffer out) {
        align(out);
        long base = address();
        for (Symbol symbol : symbols) {
            long address = symbol.address();
            switch (encoding) {
                case ABSOLUTE -> putPointer(out, address);
                case RELATIVE -> out.putInt((int) (address - base));
                case RELATIVE_ABSOLUTE_PERCPU -> out.putInt(address >= 0 ? (int) address : (int) (base - address - 1));
                case PLACE_RELATIVE -> out.putInt((int) (address - (address() + out.position())));
            }
        }
        if (encoding == AddressEncoding.RELATIVE || encoding == AddressEncoding.RELATIVE_ABSOLUTE_PERCPU) {
            align(out);
            putPointer(out, base);
        }
    }

    private void putPointer(ByteBuffer out, long value) {
        if (pointerBytes == 8) {
            out.putLong(value);
        } else {
            out.putInt((int) value);
        }
    }

    private void putNames(ByteBuffer out) {
        align(out);
        if (countBytes == 8) {
            out.putLong(symbols.size());
        } else {
            out.putInt(symbols.size());
        }
        int start = out.position();
        List<Integer> markers = new ArrayList<>();
        for (int index = 0; index < symbols.size(); index++) {
            if (index % 256 == 0) {
                markers.add(out.position() - start);
            }
            byte[] name =
                    compress(symbols.get(index).type() + symbols.get(index).name());
            if (name.length > 0x7F) {
                out.put((byte) ((name.length & 0x7F) | 0x80)).put((byte) (name.length >> 7));
            } else {
                out.put((byte) name.length);
            }
            out.put(name);
        }
        align(out);
        for (int marker : markers) {
            if (markerBytes == 8) {
                out.putLong(marker);
            } else {
                out.putInt(marker);
            }
        }
    }

    private byte[] compress(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < text.length(); ) {
            int best = text.charAt(at);
            for (int code = 0; code < 256; code++) {
                if (text.startsWith(tokens[code], at) && tokens[code].length() > tokens[best].length()) {
                    best = code;
                }
            }
            out.write(best);
            at += tokens[best].length();
        }
        return out.toByteArray();
    }

    private void putSequence(ByteBuffer out) {
        align(out);
        Random random = new Random(9);
        for (int index = 0; index < symbols.size(); index++) {
            int sequence = random.nextInt(symbols.size());
            out.put((byte) (sequence >> 16)).put((byte) (sequence >> 8)).put((byte) sequence);
        }
    }

    private void putTokens(ByteBuffer out) {
        align(out);
        for (String token : tokens) {
            out.put(token.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
        }
    }

    private void putTokenIndex(ByteBuffer out) {
        align(out);
        int offset = 0;
        for (String token : tokens) {
            out.putShort((short) offset);
            offset += token.length() + 1;
        }
    }

    private static void putDigits(ByteBuffer out) {
        for (char digit = '0'; digit <= '9'; digit++) {
            out.put((byte) digit).put((byte) 0);
        }
    }
}
