package io.memflow.formats.crashdump;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Finds which physical memory lies where in a crash dump. Confined. */
final class PhysicalLayout {
    private static final int PAGE_SHIFT = 12;
    /** {@code PhysicalMemoryBlockBuffer} of the header. */
    private static final int BLOCK_BYTES = 700;

    private static final int FULL = 0x504D_4446;
    private static final int SUMMARY = 0x504D_4453;
    private static final int DUMP = 0x504D_5544;
    /** No machine has more physical address bits (Intel SDM: MAXPHYADDR). */
    private static final long MOST_FRAMES = 1L << (52 - PAGE_SHIFT);

    private final MemorySegment file;
    private final List<PhysicalRun> runs = new ArrayList<>();
    private final List<AddressRange> missing = new ArrayList<>();

    private PhysicalLayout(MemorySegment file) {
        this.file = file;
    }

    static PhysicalLayout of(MemorySegment file, CrashHeader header) {
        PhysicalLayout layout = new PhysicalLayout(file);
        HeaderLayout at = HeaderLayout.of(header.width());
        switch (header.type()) {
            case FULL -> layout.readRuns(at);
            case BITMAP_FULL, BITMAP_KERNEL -> layout.readBitmap(at.bytes());
            case SUMMARY -> layout.readSummary(at);
            default -> {
                // The others have no physical memory.
            }
        }
        return layout;
    }

    List<PhysicalRun> runs() {
        return runs;
    }

    /** Ranges that the file should have, but ends before. */
    List<AddressRange> missing() {
        return missing;
    }

    /** {@code PHYSICAL_MEMORY_DESCRIPTOR32/64}: two counts and the runs, each of them two fields of a pointer's width. */
    private void readRuns(HeaderLayout layout) {
        long block = layout.machine().physicalMemory();
        int each = 2 * layout.pointerBytes();
        long first = block + each;
        long count = LittleEndian.u32(file, block);
        if (count > (BLOCK_BYTES - each) / each) {
            throw CrashDump.malformed(block, "%d runs of physical memory do not fit into a header".formatted(count));
        }
        long place = layout.bytes();
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * each;
            long frame = layout.pointer(file, at);
            long frames = layout.pointer(file, at + layout.pointerBytes());
            if (!Address.below(frame, MOST_FRAMES) || !Address.below(frames, MOST_FRAMES - frame)) {
                throw CrashDump.malformed(at, "a run of 0x%x pages from page 0x%x".formatted(frames, frame));
            }
            add(frame << PAGE_SHIFT, place, frames << PAGE_SHIFT);
            place += frames << PAGE_SHIFT;
        }
    }

    /**
     * {@code BITMAP_DUMP}, since Windows 8: the same behind the header of a 32-bit system, as Volatility 3 reads it too
     * ({@code crash_common}).
     */
    private void readBitmap(long at) {
        requireSignature(at, 0x38);
        long first = LittleEndian.u64(file, at + 0x20);
        long bits = LittleEndian.u64(file, at + 0x30);
        addBits(at + 0x38, bits, first);
    }

    /**
     * {@code SUMMARY_DUMP32/64}, until Windows 7: {@code HeaderSize}, {@code BitmapSize}, and an {@code RTL_BITMAP} whose
     * pointer to its bits, of 4 or 8 bytes, comes right before them.
     */
    private void readSummary(HeaderLayout layout) {
        long at = layout.bytes();
        int bits = layout.width() == PointerWidth.BITS_64 ? 0x28 : 0x20;
        requireSignature(at, bits);
        addBits(at + bits, LittleEndian.u32(file, at + 0x10), LittleEndian.u32(file, at + 0xC));
    }

    private void requireSignature(long at, int bytes) {
        if (at + bytes > file.byteSize()) {
            throw CrashDump.malformed(at, "the file ends before its bitmap's header");
        }
        int signature = LittleEndian.s32(file, at);
        if ((signature != FULL && signature != SUMMARY) || LittleEndian.s32(file, at + 4) != DUMP) {
            throw CrashDump.malformed(at, "the bitmap's header has no signature");
        }
    }

    /**
     * Adds the pages whose bits are set.
     *
     * @param place of the first page in the file
     */
    private void addBits(long bitmap, long bits, long place) {
        if (bits < 0 || bits > (file.byteSize() - bitmap) * Byte.SIZE || place < bitmap + bits / Byte.SIZE) {
            throw CrashDump.malformed(
                    bitmap,
                    "a bitmap of %d bits and pages from 0x%x on in a file of %d bytes"
                            .formatted(bits, place, file.byteSize()));
        }
        long offset = place;
        long start = -1;
        for (long bit = 0; bit <= bits; bit++) {
            boolean isPresent = bit < bits && isSet(bitmap, bit);
            if (isPresent && start < 0) {
                start = bit;
            } else if (!isPresent && start >= 0) {
                long length = (bit - start) << PAGE_SHIFT;
                add(start << PAGE_SHIFT, offset, length);
                offset += length;
                start = -1;
            }
        }
    }

    private boolean isSet(long bitmap, long bit) {
        return (LittleEndian.u8(file, bitmap + (bit >>> 3)) >> (bit & 7) & 1) != 0;
    }

    private void add(long address, long place, long bytes) {
        long there = Math.max(0, Math.min(bytes, file.byteSize() - place));
        if (there != 0) {
            runs.add(new PhysicalRun(address, place, there));
        }
        if (there < bytes) {
            missing.add(new AddressRange(address + there, bytes - there));
        }
    }
}
