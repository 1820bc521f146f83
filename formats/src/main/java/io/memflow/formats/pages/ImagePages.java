package io.memflow.formats.pages;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of an image that its readers have touched, each read once and whole, or not there. Nothing else is read. Confined.
 */
public final class ImagePages {
    /** What is read at once: the smallest page of any architecture, so that a piece is there or is not. */
    private static final int PIECE = 4096;
    /** Pieces kept; a hostile image spreads its tables over more, which are then read again when needed. */
    private static final int MOST_PIECES = 1 << 14;
    /** A power of two. */
    private static final int ABSENT_PLACES = 1 << 8;

    private final MemoryView memory;
    private final String format;
    private final int longestName;
    private final Map<Long, Piece> pieces = new HashMap<>();
    /** The piece that was asked for before, which usually is the next one too. */
    private @Nullable Piece last;

    private long lastStart;
    /** Where the next piece is read to: of those that are not there, a hostile image can name thousands. */
    private MemorySegment next = MemorySegment.ofArray(new byte[PIECE]);
    /**
     * For the same reason, of those that are not there only the latest of each place are remembered: why, by the piece's
     * number modulo the places.
     */
    private final @Nullable Piece[] absent = new Piece[ABSENT_PLACES];

    private final long[] absentStarts = new long[ABSENT_PLACES];
    /** What stands for all that are not there for one cause. */
    private final Map<Fault, Piece> faulted = new EnumMap<>(Fault.class);

    private record Piece(MemorySegment bytes, Fault fault) {}

    /**
     * @param format the image's format, for errors
     * @param longestName bytes that no name of that format exceeds
     */
    public ImagePages(MemoryView memory, String format, int longestName) {
        this.memory = memory;
        this.format = format;
        this.longestName = longestName;
    }

    /** Why a run of bytes is not there, or {@link Fault#NONE}. */
    public Fault fault(long address, long length) {
        Fault fault = Fault.NONE;
        long last = address + length - 1;
        if (length > 0 && Long.compareUnsigned(last, address) < 0) {
            return Fault.ADDRESS_OVERFLOW;
        }
        for (long at = address & -PIECE;
                fault == Fault.NONE && length > 0 && Long.compareUnsigned(at, last) <= 0 && at + PIECE != 0;
                at += PIECE) {
            fault = piece(at).fault;
        }
        return fault;
    }

    /**
     * The next entry of a table that may be there, behind one that is not: the first that begins behind the piece it lacks.
     *
     * @param table address of entry 0
     * @param index an entry with a fault
     * @param entryBytes bytes of an entry, no more than a piece
     */
    public long behindGap(long table, long index, long entryBytes) {
        long at = table + index * entryBytes;
        long lacking = (piece(at & -PIECE).fault == Fault.NONE ? at + entryBytes - 1 : at) & -PIECE;
        return Math.max(index + 1, Math.ceilDiv(lacking + PIECE - table, entryBytes));
    }

    /**
     * An unsigned value of 1, 2, 4 or 8 bytes.
     *
     * @throws MemoryAccessException when it is not there
     */
    public long unsigned(long address, int bytes) {
        int within = (int) (address & (PIECE - 1));
        if (within > PIECE - bytes) {
            return memory.readUnsigned(address, bytes);
        }
        return ScalarLayout.get(
                present(address, bytes).bytes,
                within,
                bytes,
                memory.properties().byteOrder());
    }

    /**
     * Text up to a zero byte.
     *
     * @param end where it must have ended
     * @throws MemoryAccessException when it is not there
     * @throws io.memflow.core.error.MalformedDataException when it has no end
     */
    public String text(long address, long end) {
        long limit = Math.min(end - address, longestName);
        int length = 0;
        long at = address;
        while (length < limit) {
            int within = (int) (at & (PIECE - 1));
            MemorySegment bytes = present(at, 1).bytes;
            int run = (int) Math.min(limit - length, PIECE - within);
            for (int i = 0; i < run; i++) {
                if (bytes.get(ValueLayout.JAVA_BYTE, within + i) == 0) {
                    return new String(bytes(address, length + i), StandardCharsets.UTF_8);
                }
            }
            length += run;
            at += run;
        }
        throw new MalformedDataException(format, address, "a name of %d bytes has no end".formatted(length));
    }

    /**
     * A copy of some bytes.
     *
     * @throws MemoryAccessException when not all are there
     */
    public byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            long at = address + done;
            int within = (int) (at & (PIECE - 1));
            int run = Math.min(length - done, PIECE - within);
            MemorySegment.copy(present(at, run).bytes, ValueLayout.JAVA_BYTE, within, bytes, done, run);
            done += run;
        }
        return bytes;
    }

    private Piece present(long address, int bytes) {
        Piece piece = piece(address & -PIECE);
        if (piece.fault != Fault.NONE) {
            throw new MemoryAccessException(memory.properties().kind(), address, bytes, piece.fault);
        }
        return piece;
    }

    private Piece piece(long start) {
        Piece again = last;
        if (again != null && start == lastStart) {
            return again;
        }
        Piece found = found(start);
        last = found;
        lastStart = start;
        return found;
    }

    private Piece found(long start) {
        int place = (int) (start / PIECE) & (ABSENT_PLACES - 1);
        Piece gone = absent[place];
        if (gone != null && absentStarts[place] == start) {
            return gone;
        }
        Piece known = pieces.get(start);
        return known == null ? read(start, place) : known;
    }

    private Piece read(long start, int place) {
        Fault fault = memory.tryRead(start, next);
        if (fault != Fault.NONE) {
            Piece gone = faulted.computeIfAbsent(fault, cause -> new Piece(MemorySegment.NULL, cause));
            absent[place] = gone;
            absentStarts[place] = start;
            return gone;
        }
        Piece read = new Piece(next, fault);
        next = MemorySegment.ofArray(new byte[PIECE]);
        if (pieces.size() == MOST_PIECES) {
            pieces.clear();
        }
        pieces.put(start, read);
        return read;
    }
}
