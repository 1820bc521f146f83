package io.memflow.core.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The fields of a structure, each with its offset and a slot: its place in the order of declaration. Fields near each
 * other are fetched as one piece, those far apart as pieces of their own, so that a few fields of a large structure cost
 * a few small reads. Immutable.
 */
public final class FieldTable {
    /**
     * Fields with fewer bytes than this between them are one piece: passing over the bytes between costs less than another
     * request. Far below any page size, so that a piece never touches a page that none of its fields lies on.
     */
    private static final int LARGEST_GAP = 256;

    /**
     * One field.
     *
     * @param offset bytes from the start of the structure
     */
    public record Field(String name, int offset, FieldType type) {
        int end() {
            return offset + type.bytes();
        }
    }

    private final List<Field> fields;
    private final int bytes;
    private final int[] pieceOffsets;
    private final int[] pieceLengths;
    private final int packedBytes;
    /** Where each slot lies once the pieces stand side by side. */
    private final int[] packedPositions;

    private FieldTable(List<Field> fields) {
        this.fields = List.copyOf(fields);
        List<Field> sorted = new ArrayList<>(fields);
        sorted.sort(Comparator.comparingInt(Field::offset));
        int[] offsets = new int[sorted.size()];
        int[] lengths = new int[sorted.size()];
        int[] starts = new int[sorted.size()];
        packedPositions = new int[sorted.size()];
        int pieces = 0;
        int end = 0;
        int packed = 0;
        for (Field field : sorted) {
            if (pieces == 0 || field.offset() - end >= LARGEST_GAP) {
                packed += pieces == 0 ? 0 : lengths[pieces - 1];
                offsets[pieces] = field.offset();
                starts[pieces] = packed;
                pieces++;
            }
            int piece = pieces - 1;
            end = Math.max(end, field.end());
            lengths[piece] = end - offsets[piece];
            packedPositions[this.fields.indexOf(field)] = starts[piece] + field.offset() - offsets[piece];
        }
        bytes = end;
        packedBytes = packed + (pieces == 0 ? 0 : lengths[pieces - 1]);
        pieceOffsets = Arrays.copyOf(offsets, pieces);
        pieceLengths = Arrays.copyOf(lengths, pieces);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The fields by their slots. */
    public List<Field> fields() {
        return fields;
    }

    /** Bytes from the start of the structure to the end of its last field. */
    public int bytes() {
        return bytes;
    }

    /**
     * The slot of a field.
     *
     * @throws IllegalArgumentException when there is no such field
     */
    public int slot(String name) {
        for (int slot = 0; slot < fields.size(); slot++) {
            if (fields.get(slot).name().equals(name)) {
                return slot;
            }
        }
        throw new IllegalArgumentException("no field \"" + name + "\" among "
                + fields.stream().map(Field::name).toList());
    }

    /** Reads that one structure takes. */
    int pieceCount() {
        return pieceOffsets.length;
    }

    /** Where a piece starts, counted from the start of the structure. */
    int pieceOffset(int piece) {
        return pieceOffsets[piece];
    }

    int pieceLength(int piece) {
        return pieceLengths[piece];
    }

    /** Bytes of all pieces. */
    int packedBytes() {
        return packedBytes;
    }

    /** Where a slot lies once the pieces stand side by side. */
    int packedPosition(int slot) {
        return packedPositions[slot];
    }

    /** Collects fields in the order of their slots. They may overlap, as members of a union do. */
    public static final class Builder {
        private final List<Field> fields = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        private Builder() {}

        /**
         * Adds a field.
         *
         * @param offset bytes from the start of the structure, not negative
         * @throws IllegalArgumentException when the name is taken or the offset cannot be
         */
        public Builder field(String name, int offset, FieldType type) {
            if (offset < 0 || offset > Integer.MAX_VALUE - type.bytes()) {
                throw new IllegalArgumentException("field \"" + name + "\" lies at offset " + offset);
            }
            if (!names.add(name)) {
                throw new IllegalArgumentException("there are two fields \"" + name + "\"");
            }
            fields.add(new Field(name, offset, type));
            return this;
        }

        /** The table of the fields added. */
        public FieldTable build() {
            if (fields.isEmpty()) {
                throw new IllegalArgumentException("a structure without fields");
            }
            return new FieldTable(fields);
        }
    }
}
