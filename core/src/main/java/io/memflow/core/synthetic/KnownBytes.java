package io.memflow.core.synthetic;

import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * What every mapped byte of a made-up machine is: a function of the machine's seed, the process it belongs to and its
 * virtual address, so that whoever reads can check every byte.
 *
 * <p>The eight bytes at a virtual address that is a multiple of 8 are, as a little-endian value,
 * <pre>
 * mix(mix(seed + (process + 1) * G) + (virtual / 8) * G)
 * </pre>
 * where {@code G} is 0x9E3779B97F4A7C15, {@code process} is the process id (0 for the kernel), arithmetic is modulo 2^64 and
 * {@code mix} is the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). Stateless.
 */
public final class KnownBytes {
    private static final long GAMMA = 0x9E37_79B9_7F4A_7C15L;
    /** The owner of what belongs to no process. */
    public static final int KERNEL = 0;

    private KnownBytes() {}

    /** What distinguishes one process of one machine; pass it to the other methods. */
    public static long key(long seed, int process) {
        return mix(seed + (process + 1) * GAMMA);
    }

    /**
     * The eight bytes at an address.
     *
     * @param virtual virtual address; the lowest three bits are dropped
     */
    public static long word(long key, long virtual) {
        return mix(key + (virtual >>> 3) * GAMMA);
    }

    /** One byte, as an unsigned value. */
    public static int at(long key, long virtual) {
        return (int) (word(key, virtual) >>> ((virtual & 7) * Byte.SIZE)) & 0xFF;
    }

    /**
     * Writes what belongs at some addresses.
     *
     * @param virtual first address, a multiple of 8
     * @param bytes where to; a multiple of 8 bytes
     */
    public static void fill(long key, long virtual, MemorySegment bytes) {
        for (long offset = 0; offset < bytes.byteSize(); offset += Long.BYTES) {
            bytes.set(ScalarLayout.LONG_LITTLE, offset, word(key, virtual + offset));
        }
    }

    /**
     * Compares bytes that were read with what they should be.
     *
     * @param virtual the address the first byte was read from, any
     * @return offset of the first byte that differs, or -1
     */
    public static long mismatch(long key, long virtual, MemorySegment bytes) {
        long size = bytes.byteSize();
        long offset = 0;
        while (offset < size) {
            boolean wholeWord = (virtual + offset & 7) == 0 && size - offset >= Long.BYTES;
            if (wholeWord && bytes.get(ScalarLayout.LONG_LITTLE, offset) == word(key, virtual + offset)) {
                offset += Long.BYTES;
            } else if (ScalarLayout.get(bytes, offset, 1, ByteOrder.LITTLE_ENDIAN) == at(key, virtual + offset)) {
                offset++;
            } else {
                return offset;
            }
        }
        return -1;
    }

    private static long mix(long word) {
        long mixed = (word ^ (word >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }
}
