package io.memflow.formats.pdb;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The records of global and public symbols, one behind the other. Immutable. */
final class GlobalSymbols {
    private final @Nullable MsfStream stream;

    /** @param stream with the records; null when the file has none */
    GlobalSymbols(@Nullable MsfStream stream) {
        this.stream = stream;
    }

    /** Takes a record. */
    interface Consumer {
        /**
         * Called for each record.
         *
         * @param fields at its first field
         * @return whether to go on
         */
        boolean accept(MsfStream stream, int kind, long at, TypeCursor fields);
    }

    void forEach(Consumer consumer) {
        MsfStream records = stream;
        if (records != null) {
            walk(records, consumer);
        }
    }

    private static void walk(MsfStream records, Consumer consumer) {
        long at = 0;
        while (at + 4 <= records.bytes()) {
            int length = records.u16(at);
            long end = at + Short.BYTES + length;
            if (length < Short.BYTES || end > records.bytes()) {
                throw PdbLimits.malformed(at, "a symbol record of %d bytes".formatted(length));
            }
            TypeCursor fields = new TypeCursor(records, at + 4, end);
            if (!consumer.accept(records, records.u16(at + Short.BYTES), at, fields)) {
                return;
            }
            at = end;
        }
    }

    /** The type index behind a typedef's name. */
    OptionalInt typedef(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        int[] found = {0};
        forEach((records, kind, _, fields) -> {
            if (kind == SymbolKind.TYPEDEF) {
                int type = fields.s32();
                found[0] = records.isText(fields.position(), fields.end(), wanted) ? type : 0;
            }
            return found[0] == 0;
        });
        return found[0] <= 0 ? OptionalInt.empty() : OptionalInt.of(found[0]);
    }

    /** The value of a constant. */
    OptionalLong constant(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        boolean[] isFound = {false};
        long[] value = {0};
        forEach((records, kind, _, fields) -> {
            if (kind == SymbolKind.CONSTANT) {
                fields.skip(Integer.BYTES);
                value[0] = fields.number();
                isFound[0] = records.isText(fields.position(), fields.end(), wanted);
            }
            return !isFound[0];
        });
        return isFound[0] ? OptionalLong.of(value[0]) : OptionalLong.empty();
    }
}
