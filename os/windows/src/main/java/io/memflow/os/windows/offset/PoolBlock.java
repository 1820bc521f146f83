package io.memflow.os.windows.offset;

import io.memflow.os.windows.structure.WindowsArchitecture;

/**
 * The block of pool that an object lies in ({@code POOL_HEADER}, wdm.h): it says how far the object can reach. Between header
 * and object lie the headers of the object manager. Stateless.
 */
final class PoolBlock {
    /** {@code Proc}; objects have their tag's highest bit set on some systems. */
    private static final long PROCESS_TAG = 0x636F_7250;

    private static final long TAG_MASK = 0x7FFF_FFFF;

    /** Optional headers of an object and its header take less. */
    private static final int FARTHEST = 0xA0;

    private static final int TAG_AT = 4;
    private static final int SIZE_AT = 2;

    private PoolBlock() {}

    /** Bytes from a process to the end of its block; {@code otherwise} when no header of one is there. */
    static int bytesOfProcess(Target target, long process, int otherwise) {
        boolean wide = target.architecture() != WindowsArchitecture.X86
                && target.architecture() != WindowsArchitecture.X86_PAE;
        int unit = wide ? 16 : 8;
        for (int back = unit; back <= FARTHEST; back += unit) {
            long header = process - back;
            if ((target.number(header + TAG_AT, Integer.BYTES) & TAG_MASK) == PROCESS_TAG) {
                // BlockSize: eight bits on 64-bit systems, nine on others, in units of the pool.
                long blocks = wide
                        ? target.number(header + SIZE_AT, Byte.BYTES)
                        : target.number(header + SIZE_AT, Short.BYTES) & 0x1FF;
                long bytes = blocks * unit - back;
                return bytes > 0 && bytes < otherwise ? (int) bytes : otherwise;
            }
        }
        return otherwise;
    }
}
