package io.memflow.formats.registry;

import io.memflow.core.os.MissingPart;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The cells of a file, in its bins ({@code _HBIN}). Immutable. */
final class FileCells implements CellSource {
    private static final int PAGE = 4096;
    private static final int SIGNATURE = 0x6E69_6268;
    private static final int HEADER = 32;
    private static final int SIZE = Integer.BYTES;
    private static final int ALIGNMENT = 8;

    /** What follows the base block. */
    private final MemorySegment bins;
    /** Of each page the end of the bin it lies in, in pages; 0 for one in no bin. */
    private final int[] binEnds;
    /** Of each page the start of its bin, in pages. */
    private final int[] binStarts;

    private final List<MissingPart> damage = new ArrayList<>();

    /**
     * @param file the whole file
     * @param promised bytes of bins that the base block claims
     */
    FileCells(MemorySegment file, long promised) {
        long there = Math.max(0, file.byteSize() - BaseBlock.BYTES);
        long used = Math.min(there, promised);
        bins = used == 0 ? MemorySegment.ofArray(new byte[0]) : file.asSlice(BaseBlock.BYTES, used);
        binEnds = new int[(int) (used / PAGE)];
        binStarts = new int[binEnds.length];
        if (promised > there) {
            damage.add(new MissingPart(
                    "end of the file", "it has 0x%x bytes of bins and should have 0x%x".formatted(there, promised)));
        }
        findBins();
    }

    private void findBins() {
        int page = 0;
        while (page < binEnds.length) {
            int pages = binPages(page);
            if (pages == 0) {
                int first = page;
                while (page < binEnds.length && binPages(page) == 0) {
                    page++;
                }
                note(first, page);
            } else {
                for (int within = page; within < page + pages; within++) {
                    binStarts[within] = page;
                    binEnds[within] = page + pages;
                }
                page += pages;
            }
        }
    }

    private void note(int first, int end) {
        if (damage.size() <= HiveLimits.MOST_NAMED) {
            damage.add(new MissingPart(
                    "bins at 0x%x to 0x%x".formatted((long) first * PAGE, (long) end * PAGE),
                    "there is no valid header of a bin"));
        }
    }

    /** Pages of the bin that begins there; 0 when none does. A bin that the file cuts off counts as far as it is there. */
    private int binPages(int page) {
        long at = (long) page * PAGE;
        long bytes = LittleEndian.u32(bins, at + 8);
        boolean isBin = LittleEndian.s32(bins, at) == SIGNATURE
                && LittleEndian.u32(bins, at + 4) == at
                && bytes > 0
                && bytes % PAGE == 0;
        return isBin ? (int) Math.min(bytes / PAGE, binEnds.length - page) : 0;
    }

    /** Bins that are not there. */
    List<MissingPart> damage() {
        return List.copyOf(damage);
    }

    @Override
    public Extent extent() {
        return Extent.STABLE;
    }

    @Override
    public long bytes() {
        return bins.byteSize();
    }

    @Override
    public MemorySegment cell(int index) {
        long at = Integer.toUnsignedLong(index);
        if (at % ALIGNMENT != 0) {
            throw malformed(at, "its index is not a multiple of %d".formatted(ALIGNMENT));
        }
        if (at / PAGE >= binEnds.length) {
            throw malformed(at, "it is beyond the 0x%x bytes of bins".formatted(bins.byteSize()));
        }
        int page = (int) (at / PAGE);
        if (binEnds[page] == 0) {
            throw malformed(at, "it lies in no valid bin");
        }
        if (at - (long) binStarts[page] * PAGE < HEADER) {
            throw malformed(at, "it lies in the header of a bin");
        }
        long size = -(long) LittleEndian.s32(bins, at);
        long room = (long) binEnds[page] * PAGE - at;
        if (size < 0) {
            throw malformed(at, "it is free");
        }
        if (size < ALIGNMENT || size > room) {
            throw malformed(at, "its size is %d, with %d bytes left in its bin".formatted(size, room));
        }
        return bins.asSlice(at + SIZE, size - SIZE);
    }

    private static RuntimeException malformed(long index, String reason) {
        return HiveLimits.malformed(BaseBlock.BYTES + index, "cell 0x%x: %s".formatted(index, reason));
    }
}
