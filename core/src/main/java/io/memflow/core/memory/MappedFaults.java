package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * What the JVM makes of a mapped page that is not there, because its file became shorter or its disk cannot read it. The
 * processor's SIGBUS becomes an {@link InternalError}; but compiled code goes on behind the access, with whatever it took
 * for the bytes, and meets the error at its next safepoint poll: in a later request, or in a caller that knows nothing of
 * mappings. Whoever reads a mapping in place therefore ends the {@code try} around it with {@link #raise()}, and answers
 * the error by reading again one page at a time. Short copies between segments are loads and stores as well, so before
 * bytes go to a caller's buffer their {@link #ends} are loaded and raised. Stateless.
 */
public final class MappedFaults {
    /** No mapping has smaller pages, so each page is met by steps of so many bytes. */
    public static final long PAGE_BYTES = 4096;

    /** Two bits, so that the loop over them goes back once. */
    private static final int TWO_ROUNDS = 0b11;

    private static final int THREE_ROUNDS = 0b111;

    /** Not final: a loop whose end the compiler knows goes away, and its poll with it. */
    @SuppressWarnings("FieldMayBeFinal")
    private static int rounds = TWO_ROUNDS;

    /** Any number. */
    private static final long RARE = 0x9E37_79B9_7F4A_7C15L;

    private MappedFaults() {}

    /**
     * Throws what an access before this call met, if it has not been thrown yet.
     *
     * @throws InternalError when a mapped page was not there
     */
    public static void raise() {
        // Keeps the accesses before it from being moved behind it, and costs no instruction on x86.
        VarHandle.acquireFence();
        poll(rounds);
    }

    /**
     * As {@link #raise()}, for accesses that the value is made of; quicker, as it leaves the compiler all it knows of others.
     *
     * @param loaded what was loaded, or a sum
     */
    public static void raise(long loaded) {
        // That the number of rounds depends on the value is what keeps its load before them.
        poll(loaded == RARE ? THREE_ROUNDS : rounds);
    }

    private static void poll(int bits) {
        int left = bits;
        do {
            // The compiler takes this for no counted loop, and polls where it goes back.
            left &= left - 1;
        } while (left != 0);
    }

    /**
     * Loads the first byte, and the last where it lies in another page: so few as a short copy takes lie in no third. Not more
     * than one of a page, since two loads wait for the way to it twice.
     *
     * @return a sum, for {@link #raise(long)}
     */
    public static long ends(MemorySegment source, long offset, long length) {
        if (length == 0) {
            return 0;
        }
        long first = source.address() + offset;
        long last = first + length - 1;
        long sum = source.get(ValueLayout.JAVA_BYTE, offset);
        return (first ^ last) < PAGE_BYTES ? sum : sum + source.get(ValueLayout.JAVA_BYTE, offset + length - 1);
    }

    /** Whether every page of a mapping can be read at this moment. */
    public static boolean areAllThere(MemorySegment mapping) {
        long bytes = mapping.byteSize();
        if (!mapping.isNative() || bytes == 0) {
            return true;
        }
        try {
            long sum = mapping.get(ValueLayout.JAVA_BYTE, bytes - 1);
            for (long at = 0; at < bytes; at += PAGE_BYTES) {
                sum += mapping.get(ValueLayout.JAVA_BYTE, at);
            }
            raise(sum);
            return true;
        } catch (InternalError pageNotThere) {
            return false;
        }
    }
}
