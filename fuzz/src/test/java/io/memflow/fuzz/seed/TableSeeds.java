package io.memflow.fuzz.seed;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.translate.PageTableBuilder;
import io.memflow.fuzz.target.TablesTarget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tables of each format with a page of each size at the start and the end of the space. Stateless. */
final class TableSeeds {
    private static final int MOST_BYTES = 16 << 10;
    private static final int MEMORY_BYTES = 1 << 20;

    private TableSeeds() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (int number = 0; number < TablesTarget.FORMATS.size(); number++) {
            PagingFormat format = TablesTarget.FORMATS.get(number);
            for (long pageSize : PageTableBuilder.pageSizes(format)) {
                byte[] memory = tables(format, pageSize);
                int length = used(memory);
                if (length > 0 && length + TablesTarget.HEADER <= MOST_BYTES) {
                    byte[] seed = new byte[length + TablesTarget.HEADER];
                    // One in two walkers of each format reads memory within reach.
                    seed[0] = (byte) (2 * number + (seeds.size() & 1));
                    seed[1] = (byte) Long.numberOfTrailingZeros(pageSize);
                    System.arraycopy(memory, 0, seed, TablesTarget.HEADER, length);
                    seeds.put("format-%d-pages-%d".formatted(number, pageSize), seed);
                }
            }
        }
        return seeds;
    }

    private static byte[] tables(PagingFormat format, long pageSize) {
        byte[] bytes = new byte[MEMORY_BYTES];
        DirectMap map = DirectMap.builder()
                .add(0, MemorySegment.ofArray(bytes), 0, bytes.length)
                .build();
        MappedMemory memory =
                new MappedMemory(map, Arena.global(), ViewProperties.Access.READ_WRITE, "tables", List.of());
        long[] next = {0};
        PageTableBuilder builder = new PageTableBuilder(memory, length -> {
            long start = (next[0] + length - 1) & -length;
            next[0] = start + length;
            return start;
        });
        AddressSpace.Tree tree = builder.newTree(format);
        int pageType = builder.nearest(format, pageSize, 0);
        long last = (format.addressBits() >= Long.SIZE ? 0 : 1L << format.addressBits()) - pageSize;
        long[] places = {0, last, -pageSize};
        int absent = 0;
        for (long virtual : places) {
            try {
                builder.map(tree, virtual, 0, pageSize, pageType);
            } catch (MemflowException notOfThisSpace) {
                // Each format has one half of the addresses only, or both: what it lacks is no seed.
                absent++;
            }
        }
        if (absent == places.length) {
            throw new IllegalStateException(format.name() + " maps none of the places tried");
        }
        return bytes;
    }

    private static int used(byte[] memory) {
        int length = memory.length;
        while (length > 0 && memory[length - 1] == 0) {
            length--;
        }
        return length;
    }
}
