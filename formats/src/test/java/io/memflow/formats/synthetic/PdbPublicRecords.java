package io.memflow.formats.synthetic;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Writes public symbols of a program database and the two streams that index them by name and by place (microsoft-pdb,
 * {@code gsi.h}; LLVM documentation, "The PDB Global Symbol Stream"). Confined.
 */
final class PdbPublicRecords {
    private static final int S_PUB32 = 0x110E;
    private static final int BUCKETS = 4096;
    private static final int BITMAP_WORDS = (BUCKETS + Integer.SIZE) / Integer.SIZE;
    private static final int HASH_VERSION = 0xEFFE_0000 + 19_990_810;
    /** Bytes of a hash record in the memory of the program that the format began with. */
    private static final int RECORD_IN_MEMORY = 12;

    private static final int PUBLICS_HEADER = 28;

    /**
     * A symbol.
     *
     * @param at where its record begins
     */
    private record Public(String name, int section, long offset, int at) {}

    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private final List<Public> all = new ArrayList<>();

    void add(String name, int section, long offset, int flags) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] record = new byte[14 + text.length + 1 + Integer.BYTES - 1 & -Integer.BYTES];
        all.add(new Public(name, section, offset, records.size()));
        little(record)
                .putShort((short) (record.length - Short.BYTES))
                .putShort((short) S_PUB32)
                .putInt(flags)
                .putInt((int) offset)
                .putShort((short) section)
                .put(text);
        records.writeBytes(record);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The records of all symbols. */
    byte[] records() {
        return records.toByteArray();
    }

    /** An index of global symbols that has none. */
    static byte[] noGlobals() {
        return hash(List.of());
    }

    /** The index of the public symbols. */
    byte[] index() {
        byte[] byName = hash(all);
        List<Public> byPlace = all.stream()
                .sorted(Comparator.comparingInt(Public::section).thenComparingLong(Public::offset))
                .toList();
        byte[] stream = new byte[PUBLICS_HEADER + byName.length + byPlace.size() * Integer.BYTES];
        ByteBuffer index = little(stream);
        index.putInt(byName.length).putInt(byPlace.size() * Integer.BYTES);
        index.position(PUBLICS_HEADER).put(byName);
        byPlace.forEach(symbol -> index.putInt(symbol.at));
        return stream;
    }

    private static byte[] hash(List<Public> symbols) {
        List<Public> ordered = symbols.stream()
                .sorted(Comparator.comparingInt((Public symbol) -> bucket(symbol.name))
                        .thenComparingInt(symbol -> symbol.name.length())
                        .thenComparing(symbol -> symbol.name.toUpperCase(Locale.ROOT)))
                .toList();
        int[] bitmap = new int[BITMAP_WORDS];
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < ordered.size(); i++) {
            int bucket = bucket(ordered.get(i).name);
            if (i == 0 || bucket(ordered.get(i - 1).name) != bucket) {
                bitmap[bucket / Integer.SIZE] |= 1 << bucket % Integer.SIZE;
                starts.add(i * RECORD_IN_MEMORY);
            }
        }
        int tail = (BITMAP_WORDS + starts.size()) * Integer.BYTES;
        byte[] stream = new byte[16 + ordered.size() * Long.BYTES + tail];
        ByteBuffer index = little(stream);
        index.putInt(-1)
                .putInt(HASH_VERSION)
                .putInt(ordered.size() * Long.BYTES)
                .putInt(tail);
        ordered.forEach(symbol -> index.putInt(symbol.at + 1).putInt(1));
        for (int word : bitmap) {
            index.putInt(word);
        }
        starts.forEach(index::putInt);
        return stream;
    }

    /** {@code HashPbCb} of microsoft-pdb, {@code misc.h}, which knows no difference of small and large letters. */
    private static int bucket(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN);
        int hash = 0;
        while (bytes.remaining() >= Integer.BYTES) {
            hash ^= bytes.getInt();
        }
        if (bytes.remaining() >= Short.BYTES) {
            hash ^= Short.toUnsignedInt(bytes.getShort());
        }
        if (bytes.hasRemaining()) {
            hash ^= Byte.toUnsignedInt(bytes.get());
        }
        hash |= 0x2020_2020;
        hash ^= hash >>> 11;
        return Integer.remainderUnsigned(hash ^ hash >>> 16, BUCKETS);
    }
}
