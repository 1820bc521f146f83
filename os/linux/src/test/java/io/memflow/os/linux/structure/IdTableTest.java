package io.memflow.os.linux.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.structure.KernelList;
import org.junit.jupiter.api.Test;

class IdTableTest {
    private static final long TABLE = TestMachine.BASE + 0x10000;
    private static final long HEAD = TABLE + 8;
    private static final long NODE = TestMachine.BASE + 0x11000;
    private static final long LOWER = TestMachine.BASE + 0x12000;
    private static final long OBJECT = TestMachine.BASE + 0x13000;
    /** The low bits of an entry that is a node, include/linux/xarray.h. */
    private static final long IS_NODE = 2;

    private final TestMachine machine =
            new TestMachine().member("idr.idr_rt.xa_head", 8, 8).member("xa_node.slots", 40, 64 * 8);

    @Test
    void entriesComeInOrderOfTheirIds() {
        machine.word(HEAD, NODE + IS_NODE);
        slot(NODE, 0, LOWER + IS_NODE);
        slot(NODE, 1, OBJECT + 256);
        slot(LOWER, 1, OBJECT);
        slot(LOWER, 63, OBJECT + 128);
        KernelList.Entries entries = entries();
        assertThat(entries.addresses()).containsExactly(OBJECT, OBJECT + 128, OBJECT + 256);
        assertThat(entries.missing()).isEmpty();
    }

    @Test
    void anEmptyTableHasNone() {
        machine.word(HEAD, 0);
        assertThat(entries().addresses()).isEmpty();
        assertThat(entries().missing()).isEmpty();
    }

    @Test
    void reservedEntriesAreNone() {
        machine.word(HEAD, NODE + IS_NODE);
        slot(NODE, 2, 1030);
        assertThat(entries().addresses()).isEmpty();
        assertThat(entries().missing()).isEmpty();
    }

    @Test
    void aLoopIsNamedAndEnds() {
        machine.word(HEAD, NODE + IS_NODE);
        slot(NODE, 0, NODE + IS_NODE);
        slot(NODE, 1, OBJECT);
        assertThat(entries().addresses()).containsExactly(OBJECT);
        assertThat(entries().missing()).hasSize(1);
    }

    @Test
    void aNodeThatIsNotThereIsNamed() {
        machine.word(HEAD, NODE + IS_NODE);
        slot(NODE, 0, 0x1234_0000L + IS_NODE);
        slot(NODE, 1, OBJECT);
        assertThat(entries().addresses()).containsExactly(OBJECT);
        assertThat(entries().missing()).hasSize(1);
    }

    private void slot(long node, int index, long entry) {
        machine.word(node + 40 + index * 8L, entry);
    }

    private KernelList.Entries entries() {
        return new IdTable(machine.kernel(6, 12)).entries(TABLE, "table");
    }
}
