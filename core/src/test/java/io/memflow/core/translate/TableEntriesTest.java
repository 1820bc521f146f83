package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableEntriesTest {
    private static final long ROOT = 0x1000;
    private static final long LAST = 0x4000;
    private static final long SWAPPED = 0x1FFF_FFFF_FFFF_0000L;

    private final MemorySegment ram = MemorySegment.ofArray(new byte[0x6000]);
    private final TableEntries entries = new TableEntries(
            new MappedMemory(
                    DirectMap.builder().add(0, ram, 0, ram.byteSize()).build(),
                    Arena.ofAuto(),
                    ViewProperties.Access.READ_ONLY,
                    "test",
                    List.of()),
            new AddressSpace.Tree(X86Paging.LEVEL4, ROOT));

    TableEntriesTest() {
        for (long table = ROOT; table < LAST; table += 0x1000) {
            ram.set(ScalarLayout.LONG_LITTLE, table, table + 0x1000 | 7);
        }
        ram.set(ScalarLayout.LONG_LITTLE, LAST + 3 * 8, SWAPPED);
        ram.set(ScalarLayout.LONG_LITTLE, LAST + 4 * 8, 0x9000 | 7);
        ram.set(ScalarLayout.LONG_LITTLE, 0x3000 + 8, 0x80_0000 | 7);
    }

    @Test
    void showsAnEntryAsItStands() {
        TableEntry entry = entries.find(0x3123);

        assertThat(entry.fault()).isEqualTo(Fault.NONE);
        assertThat(entry.value()).isEqualTo(SWAPPED);
        assertThat(entry.number()).isEqualTo(1);
        assertThat(entry.start()).isEqualTo(0x3000);
        assertThat(entry.length()).isEqualTo(0x1000);
        assertThat(entries.find(0x4000).value()).isEqualTo(0x9007);
    }

    @Test
    void emptyEntriesOfATableAreOne() {
        TableEntry entry = entries.find(0x1800);

        assertThat(entry.value()).isZero();
        assertThat(entry.start()).isEqualTo(0x1000);
        assertThat(entry.length()).isEqualTo(0x2000);
        assertThat(entries.find(0x5000).length()).isEqualTo(0x20_0000 - 0x5000);
    }

    @Test
    void anEmptyEntryAboveStandsForAllBelowIt() {
        TableEntry entry = entries.find(0x8000_1234L);

        assertThat(entry.value()).isZero();
        assertThat(entry.number()).isEqualTo(3);
        assertThat(entry.start()).isEqualTo(0x8000_0000L);
        assertThat(entry.length()).isEqualTo(1L << 30);
    }

    @Test
    void saysWhatCannotBeRead() {
        assertThat(entries.find(0x20_0000).fault()).isEqualTo(Fault.TABLE_UNREADABLE);
        assertThat(entries.find(0x8000_0000_0000_0000L).fault()).isEqualTo(Fault.NOT_CANONICAL);
    }
}
