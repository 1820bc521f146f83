package io.memflow.os.linux.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.error.MemflowException;
import io.memflow.os.linux.structure.TestMachine;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CacheTreeTest {
    private static final long ARRAY = TestMachine.BASE + 0x10_0000;
    private static final long TOP = TestMachine.BASE + 0x10_1000;
    private static final long BOTTOM = TestMachine.BASE + 0x10_2000;
    private static final long PAGE = TestMachine.BASE + 0x20_0000;
    private static final int SLOTS = 0x28;

    private final TestMachine machine = new TestMachine()
            .member("xarray.xa_head", 8, 8)
            .member("xa_node.shift", 0, 1)
            .member("xa_node.slots", SLOTS, 512);

    private CacheTree.Found find(long index) {
        return new CacheTree(machine.kernel(6, 1)).find(ARRAY, index);
    }

    private void node(long address, int shift) {
        machine.word(address, shift);
    }

    private void slot(long node, int slot, long entry) {
        machine.word(node + SLOTS + slot * 8L, entry);
    }

    private void twoLevels() {
        machine.word(ARRAY + 8, TOP + 2);
        node(TOP, 6);
        node(BOTTOM, 0);
        slot(TOP, 1, BOTTOM + 2);
    }

    @Test
    void anEmptyArrayHoldsNothingAnywhere() {
        assertThat(find(7)).isEqualTo(new CacheTree.Found(0, -1));
    }

    @Test
    void aHeadWithoutNodeIsTheFirstEntry() {
        machine.word(ARRAY + 8, PAGE);

        assertThat(find(0).entry()).isEqualTo(PAGE);
        assertThat(find(1).entry()).isZero();
    }

    @Test
    void descendsByTheBitsOfTheIndex() {
        twoLevels();
        slot(BOTTOM, 5, PAGE);

        assertThat(find(64 + 5).entry()).isEqualTo(PAGE);
        assertThat(find(64 + 6)).isEqualTo(new CacheTree.Found(0, 64 + 6));
    }

    @Test
    void anEmptySlotStandsForAllBelowIt() {
        twoLevels();

        assertThat(find(3)).isEqualTo(new CacheTree.Found(0, 63));
        assertThat(find(1L << 40)).isEqualTo(new CacheTree.Found(0, -1));
    }

    @Test
    void siblingsLeadToTheEntryOfTheFolio() {
        twoLevels();
        slot(BOTTOM, 8, PAGE);
        slot(BOTTOM, 9, 8 << 2 | 2);

        assertThat(find(64 + 9).entry()).isEqualTo(PAGE);
    }

    @Test
    void aFolioMayStandForAWholeNode() {
        twoLevels();
        slot(TOP, 2, PAGE);

        assertThat(find(128 + 17).entry()).isEqualTo(PAGE);
    }

    @Test
    void valuesAreToldFromPointers() {
        twoLevels();
        slot(BOTTOM, 0, 0x1234 << 1 | 1);

        assertThat(find(64).isValue()).isTrue();
        assertThat(find(64).value()).isEqualTo(0x1234);
    }

    @Test
    void aNodeThatLeadsToItselfEnds() {
        machine.word(ARRAY + 8, TOP + 2);
        node(TOP, 6);
        slot(TOP, 0, TOP + 2);

        assertThat(find(0).entry()).isZero();
    }

    @Test
    void noiseEndsInAnAnswerOrADocumentedException() {
        long seed = 20261124;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            for (int word = 0; word < 0x40; word++) {
                long entry = TestMachine.BASE + (random.nextInt(1 << 22) & -4L) + random.nextInt(4);
                machine.word(TOP + word * 8L, random.nextInt(4) == 0 ? random.nextLong() : entry);
            }
            machine.word(ARRAY + 8, TOP + 2);
            try {
                assertThat(find(random.nextLong()).entry() & 3)
                        .as("seed %d", seed)
                        .isNotEqualTo(2);
            } catch (MemflowException unreadable) {
                assertThat(unreadable).hasMessageContaining("address");
            }
        }
    }
}
