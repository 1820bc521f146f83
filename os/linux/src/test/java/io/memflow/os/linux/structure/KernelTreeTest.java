package io.memflow.os.linux.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.structure.KernelList;
import org.junit.jupiter.api.Test;

class KernelTreeTest {
    private static final long ROOT = TestMachine.BASE + 0x10000;
    private static final long LINK = 64;

    private final TestMachine machine = new TestMachine()
            .member("rb_root.rb_node", 0, 8)
            .member("rb_node.rb_right", 8, 8)
            .member("rb_node.rb_left", 16, 8);

    @Test
    void entriesComeInOrder() {
        machine.word(ROOT, link(4));
        node(4, 2, 6);
        node(2, 1, 3);
        node(6, 5, 7);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses())
                .containsExactly(entry(1), entry(2), entry(3), entry(4), entry(5), entry(6), entry(7));
        assertThat(entries.missing()).isEmpty();
    }

    @Test
    void anEmptyTreeHasNoEntries() {
        assertThat(walk().addresses()).isEmpty();
        assertThat(walk().missing()).isEmpty();
    }

    @Test
    void aLoopIsNamedAndEnds() {
        machine.word(ROOT, link(4));
        node(4, 2, 6);
        node(2, 4, 3);
        node(6, 6, 0);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).containsExactly(entry(2), entry(3), entry(4), entry(6));
        assertThat(entries.missing()).hasSize(2);
    }

    @Test
    void whatIsBehindAnUnreadableLinkIsNamed() {
        machine.word(ROOT, link(4));
        node(4, 2, 6);
        machine.word(link(2) + 8, 0x1234_0000L);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).contains(entry(2), entry(4), entry(6));
        assertThat(entries.missing()).isNotEmpty();
    }

    @Test
    void whatIsNoEntryIsDamage() {
        machine.word(ROOT, link(4));
        node(4, 2, 0);
        KernelList.Entries entries =
                new KernelTree(machine.kernel(6, 12)).walk(ROOT, LINK, "tree", address -> address != entry(2));
        assertThat(entries.addresses()).containsExactly(entry(4));
        assertThat(entries.missing()).hasSize(1);
    }

    private KernelList.Entries walk() {
        return new KernelTree(machine.kernel(6, 12)).walk(ROOT, LINK, "tree", _ -> true);
    }

    private void node(int number, int left, int right) {
        machine.word(link(number) + 16, left == 0 ? 0 : link(left));
        machine.word(link(number) + 8, right == 0 ? 0 : link(right));
    }

    private static long entry(int number) {
        return TestMachine.BASE + 0x20000 + number * 0x100L;
    }

    private static long link(int number) {
        return entry(number) + LINK;
    }
}
