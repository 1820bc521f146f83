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
    /** Farther than members move from one build to the next, within a structure whose size stays in its range. */
    private static final int FARTHEST = 0x80;

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
     * The place of a member: where those before and behind it moved alike, as they did; else, among places that are allowed,
     * the nearest to what either says.
     *
     * @param allowed what the structures allow; empty when they say nothing
     */
    OptionalInt place(String member, BitSet allowed) {
        int before = published.offsets().getOrDefault(member, -1);
        if (before < 0 || moves.isEmpty()) {
            return OptionalInt.empty();
        }
        Map.Entry<Integer, Integer> below = moves.floorEntry(before);
        Map.Entry<Integer, Integer> above = moves.ceilingEntry(before);
        int low = before + (below == null ? above : below).getValue();
        int high = before + (above == null ? below : above).getValue();
        if (!allowed.isEmpty()) {
            return nearest(allowed, low, high);
        }
        return low == high && below != null ? OptionalInt.of(low) : OptionalInt.empty();
    }

    private static OptionalInt nearest(BitSet allowed, int low, int high) {
        int best = -1;
        int distance = FARTHEST;
        for (int offset = allowed.nextSetBit(0); offset >= 0; offset = allowed.nextSetBit(offset + 1)) {
            int away = Math.min(Math.abs(offset - low), Math.abs(offset - high));
            if (away < distance) {
                best = offset;
                distance = away;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }
}
