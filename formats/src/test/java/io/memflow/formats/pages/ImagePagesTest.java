package io.memflow.formats.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.formats.PagedMemory;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePagesTest {
    private static final long TABLE = 0x10000 + 8;
    private static final int PAGES = 5;

    /** Entries of 24 bytes lie across pages, those of 8 do not. */
    @ParameterizedTest
    @ValueSource(ints = {8, 12, 16, 24})
    void skipsJustTheEntriesThatTouchAMissingPage(int entryBytes) {
        for (int missing = 0; missing < PAGES; missing++) {
            PagedMemory memory = new PagedMemory()
                    .put(TABLE & -PagedMemory.PAGE, MemorySegment.ofArray(new byte[PAGES * PagedMemory.PAGE]));
            memory.remove((TABLE & -PagedMemory.PAGE) + (long) missing * PagedMemory.PAGE);
            ImagePages pages = new ImagePages(memory, "test", 64);
            int count = (PAGES * PagedMemory.PAGE - 8) / entryBytes;

            int[] skipping = IntStream.iterate(
                            0,
                            entry -> entry < count,
                            entry -> pages.fault(TABLE + (long) entry * entryBytes, entryBytes) == Fault.NONE
                                    ? entry + 1
                                    : (int) pages.behindGap(TABLE, entry, entryBytes))
                    .filter(entry -> pages.fault(TABLE + (long) entry * entryBytes, entryBytes) == Fault.NONE)
                    .toArray();

            assertThat(skipping)
                    .as("page %d", missing)
                    .isEqualTo(IntStream.range(0, count)
                            .filter(entry -> pages.fault(TABLE + (long) entry * entryBytes, entryBytes) == Fault.NONE)
                            .toArray());
        }
    }
}
