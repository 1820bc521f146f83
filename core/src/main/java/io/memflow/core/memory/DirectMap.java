package io.memflow.core.memory;

import io.memflow.core.address.Address;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Physical memory whose bytes are mapped into this process: which physical range lies where in which segment. The walker
 * and the scanners use it to reach bytes without a copy, and take it for everything the source holds: a source of which
 * only a part is mapped must not offer one. Immutable.
 */
public final class DirectMap implements AddressBound {
    private final RangeTable ranges;
    private final MemorySegment[] segments;

    private DirectMap(List<Piece> pieces) {
        ranges = new RangeTable(pieces.stream()
                .map(piece -> new RangeTable.Entry(piece.physical, piece.length, piece.offset))
                .toList());
        segments = pieces.stream().map(piece -> piece.segment).toArray(MemorySegment[]::new);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The physical ranges; a range's target is an offset into its segment. */
    public RangeTable ranges() {
        return ranges;
    }

    /** The index of the range that holds the address, or -1. */
    public int find(long address) {
        return ranges.find(address);
    }

    public int rangeCount() {
        return ranges.count();
    }

    /** First physical address of a range. */
    public long start(int range) {
        return ranges.start(range);
    }

    /** Physical address after the last byte of a range. */
    public long end(int range) {
        return ranges.end(range);
    }

    public MemorySegment segment(int range) {
        return segments[range];
    }

    /** Where in the range's segment a physical address of that range lies. */
    public long offset(int range, long address) {
        return ranges.target(range, address);
    }

    /** The ranges as a map. */
    public MemoryMap memoryMap() {
        return ranges.memoryMap();
    }

    private static final class Piece {
        final long physical;
        final MemorySegment segment;
        final long offset;
        long length;

        Piece(long physical, MemorySegment segment, long offset, long length) {
            this.physical = physical;
            this.segment = segment;
            this.offset = offset;
            this.length = length;
        }

        boolean isContinuedBy(Piece next) {
            return segment.equals(next.segment) && physical + length == next.physical && offset + length == next.offset;
        }
    }

    /** Collects pieces in any order. Where two cover the same physical byte, the one that starts lower wins. */
    public static final class Builder {
        private final List<Piece> pieces = new ArrayList<>();

        private Builder() {}

        /**
         * Adds {@code length} bytes of {@code segment} from {@code offset} on, as physical memory from {@code physical} on.
         *
         * @throws IndexOutOfBoundsException when the slice does not lie inside the segment
         * @throws IllegalArgumentException when the range runs to or past the end of the 64-bit space
         */
        public Builder add(long physical, MemorySegment segment, long offset, long length) {
            Objects.checkFromIndexSize(offset, length, segment.byteSize());
            if (length != 0 && !Address.below(physical, physical + length)) {
                throw new IllegalArgumentException(
                        "range at " + Address.format(physical) + " runs past the end of the address space");
            }
            if (length != 0) {
                pieces.add(new Piece(physical, segment, offset, length));
            }
            return this;
        }

        public DirectMap build() {
            pieces.sort(Comparator.comparing(piece -> piece.physical, Long::compareUnsigned));
            List<Piece> flat = new ArrayList<>();
            long covered = 0;
            for (Piece piece : pieces) {
                long skip = Address.below(piece.physical, covered) ? covered - piece.physical : 0;
                if (skip >= piece.length) {
                    continue;
                }
                Piece rest = new Piece(piece.physical + skip, piece.segment, piece.offset + skip, piece.length - skip);
                Piece last = flat.isEmpty() ? null : flat.getLast();
                if (last != null && last.isContinuedBy(rest)) {
                    last.length += rest.length;
                } else {
                    flat.add(rest);
                }
                covered = rest.physical + rest.length;
            }
            return new DirectMap(flat);
        }
    }

    @Override
    public String toString() {
        return "DirectMap" + Arrays.toString(memoryMap().ranges().toArray());
    }
}
