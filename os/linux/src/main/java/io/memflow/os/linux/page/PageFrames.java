package io.memflow.os.linux.page;

import io.memflow.core.address.Address;
import io.memflow.core.error.MalformedDataException;
import io.memflow.os.linux.zram.FrameTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which page frame a {@code struct page} stands for: they lie in one array of virtual addresses ({@code vmemmap}, or
 * {@code mem_map} with CONFIG_FLATMEM). Immutable.
 *
 * @param base address that the {@code struct page} of frame 0 has or would have
 * @param pageBytes bytes of a {@code struct page}
 * @param pageShift log2 of the bytes of a page
 */
record PageFrames(long base, long pageBytes, int pageShift) implements FrameTable {
    /** As many pages have to agree on the array's base before it is taken. */
    private static final int FEWEST_WITNESSES = 3;

    /**
     * A page of which both are known.
     *
     * @param page address of its {@code struct page}
     * @param physical its physical address
     */
    record Witness(long page, long physical) {}

    /**
     * The array that most pages agree on. A page whose process has its own copy disagrees.
     *
     * @param witnesses pages of files that are mapped
     */
    static Optional<PageFrames> agreed(List<Witness> witnesses, long pageBytes, int pageShift) {
        Map<Long, Integer> votes = new HashMap<>();
        for (Witness witness : witnesses) {
            votes.merge(witness.page - (witness.physical >>> pageShift) * pageBytes, 1, Integer::sum);
        }
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .filter(best -> best.getValue() >= FEWEST_WITNESSES && best.getValue() * 2 > witnesses.size())
                .map(best -> new PageFrames(best.getKey(), pageBytes, pageShift));
    }

    @Override
    public long physical(long page) {
        long distance = page - base;
        if (distance < 0 || distance % pageBytes != 0) {
            throw new MalformedDataException(
                    "struct page", 0, Address.format(page) + " is not an entry of the array of pages");
        }
        return (distance / pageBytes) << pageShift;
    }

    @Override
    public long page(long frame) {
        return base + frame * pageBytes;
    }
}
