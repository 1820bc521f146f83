package io.memflow.formats.dwarf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the entries of one unit are made of (DWARF 5, section 7.5.3). Immutable. */
final class Abbreviations {
    /** Compilers number abbreviations from 1 on; up to here they are found by number. */
    private static final int MOST_DIRECT = 4096;

    private static final int MOST_ATTRIBUTES = 256;
    private static final int MOST_ABBREVIATIONS = 1 << 16;

    private final Abbreviation[] direct;
    private final Map<Long, Abbreviation> others;

    private Abbreviations(Abbreviation[] direct, Map<Long, Abbreviation> others) {
        this.direct = direct;
        this.others = Map.copyOf(others);
    }

    /** One kind of entry: attribute and form in turn, and the value of those whose form is an implicit constant. */
    static final class Abbreviation {
        final int tag;
        final boolean hasChildren;
        final int[] names;
        final int[] forms;
        final long[] constants;

        private Abbreviation(int tag, boolean hasChildren, int[] names, int[] forms, long[] constants) {
            this.tag = tag;
            this.hasChildren = hasChildren;
            this.names = names;
            this.forms = forms;
            this.constants = constants;
        }
    }

    static Abbreviations parse(MemorySegment section, long offset) {
        Cursor cursor = new Cursor(section, ".debug_abbrev");
        cursor.moveTo(offset);
        Abbreviation[] direct = new Abbreviation[64];
        Map<Long, Abbreviation> others = new HashMap<>();
        for (int count = 0; count < MOST_ABBREVIATIONS; count++) {
            long code = cursor.unsignedLeb();
            if (code == 0) {
                return new Abbreviations(direct, others);
            }
            Abbreviation parsed = abbreviation(cursor);
            if (code > 0 && code < MOST_DIRECT) {
                if (code >= direct.length) {
                    direct = Arrays.copyOf(direct, Integer.highestOneBit((int) code) * 2);
                }
                direct[(int) code] = parsed;
            } else {
                others.put(code, parsed);
            }
        }
        throw Cursor.malformed(offset, "more than %d abbreviations".formatted(MOST_ABBREVIATIONS));
    }

    private static Abbreviation abbreviation(Cursor cursor) {
        int tag = (int) cursor.unsignedLeb();
        boolean hasChildren = cursor.u8() != 0;
        int[] names = new int[8];
        int[] forms = new int[8];
        long[] constants = new long[8];
        for (int count = 0; count < MOST_ATTRIBUTES; count++) {
            int name = (int) cursor.unsignedLeb();
            int form = (int) cursor.unsignedLeb();
            long constant = form == Form.IMPLICIT_CONST ? cursor.signedLeb() : 0;
            if (name == 0 && form == 0) {
                return new Abbreviation(
                        tag,
                        hasChildren,
                        Arrays.copyOf(names, count),
                        Arrays.copyOf(forms, count),
                        Arrays.copyOf(constants, count));
            }
            if (count == names.length) {
                names = Arrays.copyOf(names, 2 * count);
                forms = Arrays.copyOf(forms, 2 * count);
                constants = Arrays.copyOf(constants, 2 * count);
            }
            names[count] = name;
            forms[count] = form;
            constants[count] = constant;
        }
        throw Cursor.malformed(cursor.position(), "an entry with more than %d attributes".formatted(MOST_ATTRIBUTES));
    }

    @Nullable
    Abbreviation get(long code) {
        return code > 0 && code < direct.length ? direct[(int) code] : others.get(code);
    }
}
