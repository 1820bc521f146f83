package io.memflow.os.linux.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.linux.structure.TestMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class VmaSourceTest {
    private static final long MM = TestMachine.BASE + 0x10000;
    private static final long NODES = TestMachine.BASE + 0x100000;
    private static final int RANGE_SLOTS = 16;
    private static final int ARANGE_SLOTS = 10;
    private static final int LEAF = 1;
    private static final int ARANGE = 3;

    private final TestMachine machine = new TestMachine();

    VmaSourceTest() {
        machine.member("mm_struct.mm_mt", 64, 16)
                .member("mm_struct.mm_mt.ma_root", 72, 8)
                .member("maple_node.mr64", 0, 256)
                .member("maple_node.ma64", 0, 240)
                .member("maple_range_64.pivot", 8, 15 * 8)
                .member("maple_range_64.slot", 128, RANGE_SLOTS * 8)
                .member("maple_arange_64.pivot", 8, 9 * 8)
                .member("maple_arange_64.slot", 80, ARANGE_SLOTS * 8);
    }

    @Test
    void aRootThatIsNoNodeIsTheOnlyEntry() {
        root(TestMachine.BASE + 0x5000);
        assertThat(find().vmas()).containsExactly(TestMachine.BASE + 0x5000);
    }

    @Test
    void anEmptyTreeHasNoEntries() {
        root(0);
        assertThat(find().vmas()).isEmpty();
    }

    @Test
    void aLeafGivesItsEntriesAndSkipsGapsAndMetadata() {
        leaf(0, new long[] {0xFFF, 0x1FFF, 0x2FFF}, new long[] {0, vma(1), 0, vma(2)});
        machine.word(node(0) + 128 + 15 * 8, 0x1234_5678_0000_0000L);
        root(encoded(0, LEAF));
        VmaSource.Found found = find();
        assertThat(found.vmas()).containsExactly(vma(1), vma(2));
        assertThat(found.missing()).isEmpty();
    }

    @Test
    void aFullLeafUsesItsLastSlot() {
        long[] pivots = new long[RANGE_SLOTS - 1];
        long[] slots = new long[RANGE_SLOTS];
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < RANGE_SLOTS; i++) {
            if (i < pivots.length) {
                pivots[i] = (i + 1) * 0x1000L - 1;
            }
            slots[i] = vma(i);
            expected.add(slots[i]);
        }
        leaf(0, pivots, slots);
        root(encoded(0, LEAF));
        assertThat(find().vmas()).isEqualTo(expected);
    }

    @Test
    void twoLevelsAreWalkedInOrder() {
        leaf(1, new long[] {0xFFF, 0x1FFF}, new long[] {vma(1), vma(2)});
        leaf(2, new long[] {0x2FFF}, new long[] {vma(3), vma(4)});
        machine.word(node(0) + 8, 0x1FFF);
        machine.word(node(0) + 80, encoded(1, LEAF)).word(node(0) + 88, encoded(2, LEAF));
        root(encoded(0, ARANGE));
        assertThat(find().vmas()).containsExactly(vma(1), vma(2), vma(3), vma(4));
    }

    @Test
    void aNodeThatIsItsOwnChildIsReportedOnce() {
        machine.word(node(0) + 80, encoded(0, ARANGE));
        root(encoded(0, ARANGE));
        VmaSource.Found found = find();
        assertThat(found.vmas()).isEmpty();
        assertThat(found.missing())
                .singleElement()
                .satisfies(part -> assertThat(part.why()).contains("own ancestor"));
    }

    @Test
    void anUnreadableChildLosesOnlyItself() {
        leaf(1, new long[] {0xFFF}, new long[] {vma(1)});
        machine.word(node(0) + 8, 0xFFF);
        machine.word(node(0) + 80, encoded(1, LEAF)).word(node(0) + 88, 0xFFFF_9000_0000_0000L | LEAF << 3 | 2);
        root(encoded(0, ARANGE));
        VmaSource.Found found = find();
        assertThat(found.vmas()).containsExactly(vma(1));
        assertThat(found.missing()).hasSize(1);
    }

    @Test
    void randomNodesNeverEscape() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            for (int i = 0; i < 64; i++) {
                for (int word = 0; word < 32; word++) {
                    long value = random.nextInt(4) == 0
                            ? encoded(random.nextInt(64), 1 + random.nextInt(4))
                            : random.nextLong(0x10000);
                    machine.word(node(i) + word * 8L, value);
                }
            }
            root(encoded(0, ARANGE));
            assertThat(find().vmas().size()).as("seed %d", seed).isLessThanOrEqualTo(64 * RANGE_SLOTS);
        }
    }

    @Test
    void aLinkedListThatLoopsEnds() {
        TestMachine old = new TestMachine()
                .member("mm_struct.mmap", 0, 8)
                .member("vm_area_struct.vm_next", 16, 8)
                .word(MM, vma(1))
                .word(vma(1) + 16, vma(2))
                .word(vma(2) + 16, vma(1));
        VmaSource.Found found = VmaSource.of(old.kernel(5, 10)).find(MM);
        assertThat(found.vmas()).containsExactly(vma(1), vma(2));
        assertThat(found.missing()).hasSize(1);
    }

    private VmaSource.Found find() {
        return VmaSource.of(machine.kernel(6, 1)).find(MM);
    }

    private void root(long entry) {
        machine.word(MM + 72, entry);
    }

    private static long vma(int number) {
        return TestMachine.BASE + 0x200000 + number * 0x100L;
    }

    private static long node(int number) {
        return NODES + number * 256L;
    }

    private static long encoded(int number, int type) {
        return node(number) | (long) type << 3 | 2;
    }

    private void leaf(int number, long[] pivots, long[] slots) {
        for (int i = 0; i < pivots.length; i++) {
            machine.word(node(number) + 8 + i * 8L, pivots[i]);
        }
        for (int i = 0; i < slots.length; i++) {
            machine.word(node(number) + 128 + i * 8L, slots[i]);
        }
    }
}
