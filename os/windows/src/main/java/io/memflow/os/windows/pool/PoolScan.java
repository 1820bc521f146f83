package io.memflow.os.windows.pool;

import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.MissingPart;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.WalkEnd;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks through all memory for blocks of pool by their tags ({@code POOL_HEADER}, public symbols of ntoskrnl). One walk over the
 * kernel's page tables then says at which virtual addresses they lie. Small blocks have such a header in the segment heap of 10
 * 1903 and later too. What was freed keeps its tag until something else lies there: it is for whoever reads the blocks to tell.
 * Thread-safe.
 */
public final class PoolScan {
    /** {@code PoolTag} has this place in the header in all builds. */
    private static final int TAG_AT = 4;
    /** {@code BlockSize}: eight bits in units of the pool on 64-bit systems, nine on others. */
    private static final int SIZE_AT = 2;

    private static final int SIZE_MASK_64 = 0xFF;

    private static final int SIZE_MASK_32 = 0x1FF;
    /** More than any kernel has of the tags that are looked for; memory can be full of them on purpose. */
    private static final int MOST_BLOCKS = 1 << 18;
    /** A page of pool is mapped once; hostile tables may map it without end. */
    private static final int MOST_PLACES = 2 * MOST_BLOCKS;

    private final WindowsKernel kernel;
    private final VirtualMemory memory;
    /** Bytes of a header; blocks are aligned to as many. */
    private final int unit;

    public PoolScan(WindowsKernel kernel) {
        this.kernel = kernel;
        memory = kernel.memory();
        unit = 2 * kernel.pointerBytes();
    }

    /**
     * What was found.
     *
     * @param blocks in the order of their virtual addresses; one that is mapped twice comes twice
     * @param missing what was not looked at
     */
    public record Result(List<PoolBlock> blocks, List<MissingPart> missing) {
        public Result {
            blocks = List.copyOf(blocks);
            missing = List.copyOf(missing);
        }
    }

    /** All blocks that have one of these tags. */
    public Result find(PoolTag... tags) {
        TaggedBlocks met = new TaggedBlocks(MOST_BLOCKS);
        boolean[] isFull = new boolean[1];
        PhysicalScan.pages(memory.physical(), (physical, chunk) -> isFull[0] |= !addTagged(physical, chunk, tags, met));
        List<MissingPart> missing = new ArrayList<>();
        if (isFull[0]) {
            missing.add(new MissingPart(
                    "pool scan", "more than %d blocks have the tags that were looked for".formatted(MOST_BLOCKS)));
        }
        return new Result(met.count() == 0 ? List.of() : located(met, tags, missing), missing);
    }

    private boolean addTagged(long physical, MemorySegment chunk, PoolTag[] tags, TaggedBlocks met) {
        for (long at = 0; at + unit <= chunk.byteSize(); at += unit) {
            int stored = chunk.get(ScalarLayout.INT_LITTLE, at + TAG_AT);
            if (stored != 0) {
                for (int tag = 0; tag < tags.length; tag++) {
                    if (tags[tag].isIn(stored) && !met.add(physical + at, tag, bytes(chunk, at))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private List<PoolBlock> located(TaggedBlocks met, PoolTag[] tags, List<MissingPart> missing) {
        Places places = new Places(met, tags);
        long last = kernel.pointerBytes() == Integer.BYTES ? 0xFFFF_FFFFL : -1L;
        WalkEnd end = memory.walk(kernel.architecture().kernelStart(), last, PageTableWalk.Holes.SKIP, places);
        if (end != WalkEnd.COMPLETE) {
            missing.add(new MissingPart(
                    "pool scan", "not all of the kernel's page tables were followed to tell where blocks lie: " + end));
        }
        return places.blocks;
    }

    private final class Places implements MappingSink {
        private final TaggedBlocks met;
        private final PoolTag[] tags;
        private final List<PoolBlock> blocks = new ArrayList<>();

        Places(TaggedBlocks met, PoolTag[] tags) {
            this.met = met;
            this.tags = tags;
        }

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            for (int i = met.firstFrom(physical); i < met.count() && met.physical(i) - physical < length; i++) {
                if (blocks.size() == MOST_PLACES) {
                    return false;
                }
                long header = virtual + (met.physical(i) - physical);
                blocks.add(new PoolBlock(tags[met.tag(i)], header + unit, met.bytes(i)));
            }
            return true;
        }
    }

    /** Bytes behind a header, as it says: less than a page. */
    private int bytes(MemorySegment chunk, long header) {
        int stored = chunk.get(ScalarLayout.SHORT_LITTLE, header + SIZE_AT);
        int units = stored & (kernel.pointerBytes() == Long.BYTES ? SIZE_MASK_64 : SIZE_MASK_32);
        return Math.max(0, units * unit - unit);
    }
}
