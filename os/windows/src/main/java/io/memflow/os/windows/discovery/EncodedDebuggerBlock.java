package io.memflow.os.windows.discovery;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.formats.crashdump.DebuggerData;
import io.memflow.formats.pe.PeSection;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The kernel's {@code KDDEBUGGER_DATA64} as it lies in memory since Windows 8, decoded without the secrets it is encoded with.
 *
 * <p>Each word is {@code bswap(rol(word ^ KiWaitNever, KiWaitNever & 0xFF) ^ &KdpDataBlockEncoded) ^ KiWaitAlways} in plain.
 * Between two words all three secrets cancel out but for the rotation: {@code plain1 ^ plain2 = bswap(rol(word1 ^ word2, n))}.
 * The word with tag and size stands before the one with the kernel's base, and both are known (of the size up to a few bits),
 * so the pair betrays its place and the rotation; with these every other word follows from the base. Confined to one call.
 */
final class EncodedDebuggerBlock {
    private static final int PAGE_BYTES = 4096;

    /** {@code OwnerTag} with {@code Size}, behind the two links of {@code DBGKD_DEBUG_DATA_HEADER64}. */
    private static final int TAG_WORD = 0x10 / Long.BYTES;

    private static final int BASE_WORD = 0x18 / Long.BYTES;

    /** All data sections of a kernel together have a few MiB. */
    private static final long MOST_DATA = 16 << 20;

    private final KernelImage kernel;
    private final long base;

    private EncodedDebuggerBlock(KernelImage kernel) {
        this.kernel = kernel;
        base = kernel.image().base();
    }

    /** Looks through the data of the kernel's image. Of 32-bit kernels none is known to encode it. */
    static Optional<DebuggerBlock> find(KernelImage kernel) {
        return kernel.root().architecture().pointerBytes() == Long.BYTES
                ? new EncodedDebuggerBlock(kernel).inSections()
                : Optional.empty();
    }

    private Optional<DebuggerBlock> inSections() {
        long budget = MOST_DATA;
        for (PeSection section : kernel.image().sectionHeaders()) {
            if (section.isExecutable()) {
                continue;
            }
            long bytes = Math.min(section.bytes(), budget) & -Long.BYTES;
            budget -= bytes;
            Optional<DebuggerBlock> block = inRange(base + section.address(), bytes);
            if (block.isPresent()) {
                return block;
            }
        }
        return Optional.empty();
    }

    private Optional<DebuggerBlock> inRange(long start, long bytes) {
        byte[] page = new byte[PAGE_BYTES];
        MemorySegment words = MemorySegment.ofArray(page);
        // The word before the page: none where that page could not be read.
        long before = 0;
        for (long done = 0; done < bytes; done += PAGE_BYTES) {
            long length = Math.min(PAGE_BYTES, bytes - done);
            try {
                kernel.memory().read(start + done, words.asSlice(0, length));
            } catch (MemoryAccessException absent) {
                before = 0;
                continue;
            }
            for (long at = 0; at < length; at += Long.BYTES) {
                long word = words.get(ScalarLayout.LONG_LITTLE, at);
                if (before != 0 && rotation(before ^ word) >= 0) {
                    Optional<DebuggerBlock> block = at(start + done + at - (long) BASE_WORD * Long.BYTES);
                    if (block.isPresent()) {
                        return block;
                    }
                }
                before = word;
            }
        }
        return Optional.empty();
    }

    /** By how much words are rotated if two with this difference are tag and base; -1 when they are not. */
    private int rotation(long difference) {
        for (int rotation = 0; rotation < Long.SIZE; rotation++) {
            long plain = Long.reverseBytes(Long.rotateLeft(difference, rotation)) ^ base;
            long size = plain >>> Integer.SIZE;
            if ((int) plain == DebuggerData.TAG
                    && size >= DebuggerData.LEAST_BYTES
                    && size < DebuggerData.MOST_BYTES
                    && size % Long.BYTES == 0) {
                return rotation;
            }
        }
        return -1;
    }

    private Optional<DebuggerBlock> at(long address) {
        try {
            long tag = kernel.memory().readLong(address + (long) TAG_WORD * Long.BYTES);
            long key = kernel.memory().readLong(address + (long) BASE_WORD * Long.BYTES);
            int rotation = rotation(tag ^ key);
            int size = (int) ((Long.reverseBytes(Long.rotateLeft(tag ^ key, rotation)) ^ base) >>> Integer.SIZE);
            byte[] plain = kernel.memory().readBytes(address, size);
            MemorySegment words = MemorySegment.ofArray(plain);
            for (long at = 0; at < size; at += Long.BYTES) {
                long word = words.get(ScalarLayout.LONG_LITTLE, at);
                words.set(
                        ScalarLayout.LONG_LITTLE, at, Long.reverseBytes(Long.rotateLeft(word ^ key, rotation)) ^ base);
            }
            return DebuggerData.decode(words)
                    .filter(this::isOfImage)
                    .map(data -> new DebuggerBlock(address, DebuggerBlock.Form.ENCODED, data));
        } catch (MemflowException unreadable) {
            return Optional.empty();
        }
    }

    /** Tag and base are what it was found by, so something else has to be right too. */
    private boolean isOfImage(DebuggerData data) {
        return isInImage(data.loadedModules()) && isInImage(data.activeProcesses()) && isInImage(data.cidTable());
    }

    private boolean isInImage(long address) {
        return Long.compareUnsigned(address - base, kernel.image().size()) < 0;
    }
}
