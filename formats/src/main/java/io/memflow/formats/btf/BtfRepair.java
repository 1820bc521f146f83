package io.memflow.formats.btf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a type section some pages of which were overwritten. Types have no ids but their number, so what lies behind a
 * damaged stretch can be used only when it is known how many types were lost in it: the number is taken with which the
 * references among the types behind it lead to types of the right kind, and with no other number they do. Lost types are
 * replaced by ones of no name and no size, so that nothing that refers to them is found. Confined.
 */
final class BtfRepair {
    /** So many types in a row are no chance. */
    private static final int CHAIN = 40;
    /** References that are looked at for each number of lost types. */
    private static final int MOST_REFERENCES = 3000;

    private static final int FEWEST_REFERENCES = 30;
    /** Of the references under the right number, at most one in so many leads to what it must not. */
    private static final int TOLERANCE = 200;
    /** Under a wrong number at least one in so many does. */
    private static final int CONTRAST = 20;
    /** More damage than this leaves too little. */
    private static final int MOST_GAPS = 256;
    /** A forward declaration without a name: {@code info} of what stands for a lost type. */
    static final int LOST_INFO = BtfKind.FWD << 24;

    private final int[] data;
    private final BtfGrammar grammar;
    /** The position of each type by its id; -1 for those that are lost. */
    private int[] starts = new int[1024];

    private int count;
    private int lost;

    private BtfRepair(int[] data, int stringBytes) {
        this.data = data;
        grammar = new BtfGrammar(data, stringBytes);
    }

    /** A type section without damage, and how many of its types stand for lost ones. */
    @SuppressWarnings("ArrayRecordComponent") // Handed to one caller, which keeps it.
    record Repaired(int[] data, int lost) {}

    /** Repairs a section; one without damage is given back as it is. */
    static Repaired repair(int[] data, int stringBytes) {
        BtfRepair repair = new BtfRepair(data, stringBytes);
        repair.run();
        return new Repaired(repair.written(), repair.lost);
    }

    private void run() {
        int position = segment(0);
        for (int gap = 0; gap < MOST_GAPS && position < data.length; gap++) {
            if (count > 0) {
                // What follows its header may lie in the damaged page already, and be zeros, which many types may hold.
                position = starts[count--];
            }
            int resumed = resume(position + 1);
            if (resumed >= data.length || !skip(position, resumed)) {
                return;
            }
            position = segment(resumed);
        }
    }

    /** Takes types until there is none; gives where that is. */
    private int segment(int from) {
        int position = from;
        for (int length = grammar.length(position); length > 0; length = grammar.length(position)) {
            append(position);
            position += length;
        }
        return position;
    }

    private void append(int position) {
        count++;
        if (count >= starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2);
        }
        starts[count] = position;
    }

    /** The first position from one on that many types in a row start at. */
    private int resume(int from) {
        int position = from;
        while (position < data.length && !isChain(position)) {
            position++;
        }
        return position;
    }

    private boolean isChain(int from) {
        int position = from;
        for (int types = 0; types < CHAIN; types++) {
            int length = position < data.length ? grammar.length(position) : 0;
            if (length == 0) {
                return false;
            }
            position += length;
        }
        return true;
    }

    /** Finds out how many types lie in a gap, and notes them as lost; false when that cannot be told. */
    private boolean skip(int gap, int resumed) {
        int[] next = following(resumed);
        List<int[]> references = references(next);
        int best = -1;
        int fewest = Integer.MAX_VALUE;
        int second = Integer.MAX_VALUE;
        for (int types = 0; types <= (resumed - gap) / BtfKind.TYPE_INTS; types++) {
            int wrong = wrong(references, next, count + types + 1);
            if (wrong < fewest) {
                second = fewest;
                fewest = wrong;
                best = types;
            } else {
                second = Math.min(second, wrong);
            }
        }
        // Both are in parts of ten thousand.
        if (fewest > 10_000 / TOLERANCE || second < 10_000 / CONTRAST) {
            return false;
        }
        for (int type = 0; type < best; type++) {
            append(-1);
        }
        lost += best;
        return true;
    }

    /** Positions of the types behind a gap, up to the next. */
    private int[] following(int from) {
        int[] positions = new int[CHAIN];
        int types = 0;
        int position = from;
        for (int length = grammar.length(position); length > 0; length = grammar.length(position)) {
            if (types == positions.length) {
                positions = Arrays.copyOf(positions, types * 2);
            }
            positions[types++] = position;
            position += length;
        }
        return Arrays.copyOf(positions, types);
    }

    /** Kinds and targets of references that must lead to a certain kind: {@code {role, id}}. */
    private List<int[]> references(int[] positions) {
        List<int[]> found = new ArrayList<>();
        int step = Math.max(1, positions.length / MOST_REFERENCES);
        for (int index = 0; index < positions.length; index += step) {
            int position = positions[index];
            int kind = grammar.kind(position);
            int first = position + BtfKind.TYPE_INTS;
            if (BtfKind.refersToType(kind)) {
                found.add(new int[] {kind, data[position + 2]});
            } else if (kind == BtfKind.ARRAY) {
                found.add(new int[] {kind, data[first]});
            } else if (BtfKind.isStructure(kind)) {
                for (int member = 0; member < grammar.entries(position); member++) {
                    int at = first + member * BtfKind.MEMBER_INTS;
                    found.add(new int[] {data[at] == 0 ? BtfKind.UNION : BtfKind.STRUCT, data[at + 1]});
                }
            }
        }
        return found;
    }

    /** How many of ten thousand references lead to what they must not, when the first type has an id. */
    private int wrong(List<int[]> references, int[] positions, int firstId) {
        int looked = 0;
        int wrong = 0;
        for (int[] reference : references) {
            int index = reference[1] - firstId;
            if (index >= 0 && index < positions.length) {
                looked++;
                wrong += mayLeadTo(reference[0], positions[index]) ? 0 : 1;
            }
        }
        return looked < FEWEST_REFERENCES ? 10_000 : (int) (10_000L * wrong / looked);
    }

    private boolean mayLeadTo(int role, int position) {
        int target = grammar.kind(position);
        return switch (role) {
            case BtfKind.FUNC -> target == BtfKind.FUNC_PROTO;
            // A member without a name is a structure, of which there is no name either.
            case BtfKind.UNION -> BtfKind.isStructure(target) && data[position] == 0;
            case BtfKind.DECL_TAG -> true;
            case BtfKind.CONST -> target != BtfKind.CONST && isValue(target);
            case BtfKind.PTR, BtfKind.TYPEDEF -> target == BtfKind.FUNC_PROTO || isValue(target);
            default -> isValue(target);
        };
    }

    /** Whether a variable may be of that kind. */
    private static boolean isValue(int kind) {
        return kind != BtfKind.FUNC && kind != BtfKind.FUNC_PROTO && kind != BtfKind.VAR && kind != BtfKind.DATASEC;
    }

    /** The section with a type in place of each lost one, up to the highest id that is referred to. */
    private int[] written() {
        int highest = highestReference();
        lost += Math.max(0, highest - count);
        int[] written = new int[data.length + (lost + 1) * BtfKind.TYPE_INTS];
        int end = 0;
        for (int id = 1; id <= Math.max(count, highest); id++) {
            if (id > count || starts[id] < 0) {
                written[end + 1] = LOST_INFO;
                end += BtfKind.TYPE_INTS;
            } else {
                int length = grammar.length(starts[id]);
                System.arraycopy(data, starts[id], written, end, length);
                end += length;
            }
        }
        return Arrays.copyOf(written, end);
    }

    private int highestReference() {
        int highest = 0;
        for (int id = 1; id <= count; id++) {
            if (starts[id] >= 0) {
                highest = Math.max(highest, highestOf(starts[id]));
            }
        }
        return highest;
    }

    private int highestOf(int position) {
        int kind = grammar.kind(position);
        int first = position + BtfKind.TYPE_INTS;
        int highest = BtfKind.refersToType(kind) ? data[position + 2] : 0;
        int stride = switch (kind) {
            case BtfKind.STRUCT, BtfKind.UNION, BtfKind.DATASEC -> BtfKind.MEMBER_INTS;
            case BtfKind.FUNC_PROTO -> 2;
            default -> 0;
        };
        int place = kind == BtfKind.DATASEC ? 0 : 1;
        for (int entry = 0; stride > 0 && entry < grammar.entries(position); entry++) {
            highest = Math.max(highest, data[first + entry * stride + place]);
        }
        return kind == BtfKind.ARRAY ? Math.max(data[first], data[first + 1]) : highest;
    }
}
