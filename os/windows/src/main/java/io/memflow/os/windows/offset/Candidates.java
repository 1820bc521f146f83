package io.memflow.os.windows.offset;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * For each member the offsets that the structures themselves allow. One alone is a vote; several still tell which
 * published offset can be right. Confined.
 */
final class Candidates {
    private final Map<String, Set> sets = new LinkedHashMap<>();

    /**
     * The offsets of one member.
     *
     * @param how what they were chosen by, as a sentence fragment
     */
    record Set(BitSet offsets, String how) {}

    /** Notes which offsets of a range pass a test; nothing when none does. */
    void add(String structure, String member, int from, int to, int step, String how, IntPredicate passes) {
        BitSet offsets = new BitSet();
        for (int offset = Math.max(0, from); offset < to; offset += step) {
            if (passes.test(offset)) {
                offsets.set(offset);
            }
        }
        add(structure, member, offsets, how);
    }

    void add(String structure, String member, BitSet offsets, String how) {
        if (!offsets.isEmpty()) {
            sets.put(structure + "." + member, new Set(offsets, how));
        }
    }

    Optional<Set> of(String structure, String member) {
        return Optional.ofNullable(sets.get(structure + "." + member));
    }

    /** The offset when there is one only. */
    OptionalInt only(String structure, String member) {
        Set set = sets.get(structure + "." + member);
        return set != null && set.offsets.cardinality() == 1
                ? OptionalInt.of(set.offsets.nextSetBit(0))
                : OptionalInt.empty();
    }

    /** Those members for which one offset alone is left, as votes. */
    void vote(Votes votes) {
        sets.forEach((path, set) -> {
            if (set.offsets.cardinality() == 1) {
                int dot = path.indexOf('.');
                votes.add(
                        path.substring(0, dot),
                        path.substring(dot + 1),
                        set.offsets.nextSetBit(0),
                        Voter.STRUCTURE,
                        set.how);
            }
        });
    }
}
