package io.memflow.os.linux.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.structure.KernelList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelListTest {
    private static final long LINK = 16;
    private static final long HEAD = TestMachine.BASE + 0x10000;
    private static final long A = TestMachine.BASE + 0x20000;
    private static final long B = TestMachine.BASE + 0x30000;
    private static final long C = TestMachine.BASE + 0x40000;
    private static final long UNMAPPED = 0xFFFF_9000_0000_0000L;

    private final TestMachine machine = new TestMachine();

    KernelListTest() {
        link(HEAD, A + LINK);
        link(A + LINK, B + LINK);
        link(B + LINK, C + LINK);
        link(C + LINK, HEAD);
    }

    @Test
    void givesEntriesInOrder() {
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).containsExactly(A, B, C);
        assertThat(entries.missing()).isEmpty();
    }

    @Test
    void anEmptyListHasNoEntries() {
        link(HEAD, HEAD);
        assertThat(walk().addresses()).isEmpty();
    }

    @Test
    void aCutNextLinkLosesNothing() {
        next(A, UNMAPPED);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).containsExactly(A, B, C);
        assertThat(entries.missing())
                .singleElement()
                .satisfies(part -> assertThat(part.what()).isEqualTo("test list (next)"));
    }

    @Test
    void aZeroedNextLinkLosesNothing() {
        next(B, 0);
        assertThat(walk().addresses()).containsExactly(A, B, C);
    }

    @Test
    void aLinkThatSkipsEntriesIsNoticed() {
        next(A, C + LINK);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).containsExactly(A, B, C);
        assertThat(entries.missing().getFirst().why()).contains("does not link back");
    }

    @Test
    void aCutPreviousLinkLosesNothing() {
        previous(B, 0);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).containsExactly(A, B, C);
        assertThat(entries.missing()).isNotEmpty();
    }

    @Test
    void aLoopEndsAndIsReported() {
        next(C, A + LINK);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).containsExactly(A, B, C);
        assertThat(entries.missing().getFirst().why()).contains("was there before");
    }

    @Test
    void bothLinksCutKeepsWhatEitherSideReaches() {
        next(A, UNMAPPED);
        previous(C, 0);
        KernelList.Entries entries = walk();
        assertThat(entries.addresses()).containsExactly(A, C);
        assertThat(entries.missing()).hasSize(2);
    }

    @Test
    void anImplausibleEntryIsDamage() {
        KernelList list = new KernelList(machine.kernel(6, 1).memory());
        KernelList.Entries entries = list.walk(HEAD, LINK, "test list", address -> address != B);
        assertThat(entries.addresses()).isEqualTo(List.of(A, C));
        assertThat(entries.missing().getFirst().why()).contains("no entry");
    }

    private KernelList.Entries walk() {
        return new KernelList(machine.kernel(6, 1).memory()).walk(HEAD, LINK, "test list", KernelListTest::isInMachine);
    }

    private static boolean isInMachine(long address) {
        return address >= TestMachine.BASE && address < TestMachine.BASE + (4 << 20);
    }

    private void link(long from, long to) {
        machine.word(from, to).word(to + 8, from);
    }

    private void next(long entry, long to) {
        machine.word(entry + LINK, to);
    }

    private void previous(long entry, long to) {
        machine.word(entry + LINK + 8, to);
    }
}
