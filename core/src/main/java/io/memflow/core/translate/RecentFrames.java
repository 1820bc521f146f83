package io.memflow.core.translate;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where pages of one address space lie in mapped memory whose bytes never change: a table with a word for each page, in
 * which a page displaces another of the same slot. A single read then needs one load before its own, where a walk takes
 * four or five that wait for each other.
 *
 * <p>A word holds the upper {@value #TAG_BITS} bits of the virtual address and the number of the frame, so that one load
 * gives both or neither. Pages are looked at in pieces of 4 KiB, whatever their size. Thread-safe.
 */
final class RecentFrames {
    /** No offset that a word can hold. */
    static final long UNKNOWN = -1;

    private static final int PIECE_SHIFT = 12;
    /** The least page of every format. */
    private static final int PIECE = 1 << PIECE_SHIFT;

    private static final int INDEX_BITS = 18;
    /** Bits of a virtual address above the piece and the slot. */
    private static final int TAG_BITS = Long.SIZE - PIECE_SHIFT - INDEX_BITS;

    private static final int FRAME_BITS = Long.SIZE - TAG_BITS;
    private static final long FRAME_MASK = (1L << FRAME_BITS) - 1;
    /** The tag of an address that is canonical in no format of fewer than 64 bits. */
    private static final long EMPTY = 1L << (Long.SIZE - 1);

    /** Tables in this JVM; each takes 2 MiB. The space that got its table first gives it up for the next. */
    private static final int MOST_TABLES = 8;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final Object LOCK = new Object();
    private static final @Nullable WeakReference<Holder>[] HOLDERS = holders();
    private static int next;

    /** A space that keeps a table as long as it may. */
    interface Holder {
        void hold(@Nullable RecentFrames frames);
    }

    private final long[] words = new long[1 << INDEX_BITS];
    private final long usable;

    private RecentFrames(long bytes) {
        usable = bytes - PIECE + 1;
        Arrays.fill(words, EMPTY);
    }

    /** Gives a space a table on a segment, and takes one from another where there are too many. */
    static void lease(Holder holder, MemorySegment segment) {
        WeakReference<Holder> before;
        synchronized (LOCK) {
            before = HOLDERS[next];
            HOLDERS[next] = new WeakReference<>(holder);
            next = (next + 1) % MOST_TABLES;
        }
        Holder loser = before == null ? null : before.get();
        if (loser != null) {
            loser.hold(null);
        }
        holder.hold(new RecentFrames(segment.byteSize()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // no array of a generic type can be made otherwise
    private static @Nullable WeakReference<Holder>[] holders() {
        return new WeakReference[MOST_TABLES];
    }

    /** The offset in the segment of bytes at a virtual address that lie in one piece, or {@link #UNKNOWN}. */
    long offset(long virtual, long bytes) {
        long word = (long) WORD.getOpaque(words, slot(virtual));
        long within = virtual & (PIECE - 1);
        return word >>> FRAME_BITS == virtual >>> FRAME_BITS && Long.compareUnsigned(bytes - 1, PIECE - within) < 0
                ? ((word & FRAME_MASK) << PIECE_SHIFT) + within
                : UNKNOWN;
    }

    /** Notes where an address lies; nothing where its piece is not all in the segment, not aligned in it, or too far in. */
    void put(long virtual, long offset) {
        long piece = offset - (virtual & (PIECE - 1));
        long frame = piece >>> PIECE_SHIFT;
        if (piece >= 0 && piece < usable && (piece & (PIECE - 1)) == 0 && frame <= FRAME_MASK) {
            WORD.setOpaque(words, slot(virtual), (virtual & ~FRAME_MASK) | frame);
        }
    }

    private int slot(long virtual) {
        return (int) (virtual >>> PIECE_SHIFT) & (words.length - 1);
    }
}
