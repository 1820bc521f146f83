package io.memflow.os.windows.offset;

import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Where a member of a build that is not published probably lies: members that were added or removed before it moved it as
 * far as those around it, whose places are known. Immutable once made.
 */
final class Neighbours {
    /**
     * Bytes between the two that are trusted to hold what was between them before, no more than some ten members: in more, some
     * come and others go, and the next known one has not moved all the same.
     */
    private static final int WIDEST = 0x50;

    private final PublishedStructure published;
    /** How far known members have moved, by where they were. */
    private final TreeMap<Integer, Integer> moves = new TreeMap<>();

    /** @param known offsets of this kernel that other voters gave */
    Neighbours(PublishedStructure published, Map<String, Integer> known) {
        this.published = published;
        known.forEach((member, offset) -> {
            Integer before = published.offsets().get(member);
            if (before != null) {
                moves.put(before, offset - before);
            }
        });
    }

    /**
     * The place of a member between two that are known: where both moved alike, as they did; else the only place that is
     * allowed in the range that they leave.
     *
     * @param allowed what the structures allow; empty when they say nothing
     */
    OptionalInt place(String member, BitSet allowed) {
        int before = published.offsets().getOrDefault(member, -1);
        Map.Entry<Integer, Integer> below = moves.floorEntry(before);
        Map.Entry<Integer, Integer> above = moves.ceilingEntry(before);
        if (before < 0 || below == null || above == null) {
            return OptionalInt.empty();
        }
        int low = before + Math.min(below.getValue(), above.getValue());
        int high = before + Math.max(below.getValue(), above.getValue());
        if (!allowed.isEmpty()) {
            return only(allowed, low, high);
        }
        boolean isClose = above.getKey() - below.getKey() <= WIDEST;
        return low == high && isClose ? OptionalInt.of(low) : OptionalInt.empty();
    }

    private static OptionalInt only(BitSet allowed, int low, int high) {
        int first = allowed.nextSetBit(low);
        int second = first < 0 ? -1 : allowed.nextSetBit(first + 1);
        boolean alone = first >= 0 && first <= high && (second < 0 || second > high);
        return alone ? OptionalInt.of(first) : OptionalInt.empty();
    }
}
