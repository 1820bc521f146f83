package io.memflow.os.linux.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.MissingPart;
import io.memflow.formats.socket.IpText;
import io.memflow.os.linux.structure.TestMachine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HashChainTest {
    private static final long HEADS = TestMachine.BASE + 0x10000;
    private static final long LINK = 104;

    private final TestMachine machine = new TestMachine();
    private final List<MissingPart> missing = new ArrayList<>();
    private final List<Long> entries = new ArrayList<>();

    @Test
    void chainsEndWithNullOrAnOddNumber() {
        machine.word(HEADS, link(1)).word(link(1), link(2)).word(link(2), 0);
        machine.word(HEADS + 16, link(3)).word(link(3), 0x51).word(HEADS + 32, 1);
        chain().walk(HEADS, 16, 3, LINK, entries::add);
        assertThat(entries).containsExactly(entry(1), entry(2), entry(3));
        assertThat(missing).isEmpty();
    }

    @Test
    void aLockInTheHeadIsNoEnd() {
        machine.word(HEADS, link(1) | 1).word(link(1), 0x7).word(HEADS + 8, 1);
        chain().walkLocked(HEADS, 8, 2, LINK, entries::add);
        assertThat(entries).containsExactly(entry(1));
        assertThat(missing).isEmpty();
    }

    @Test
    void aLoopEndsAndCostsNoOtherChain() {
        machine.word(HEADS, link(1)).word(link(1), link(2)).word(link(2), link(1));
        machine.word(HEADS + 8, link(3)).word(link(3), 0);
        chain().walk(HEADS, 8, 2, LINK, entries::add);
        assertThat(entries).containsExactly(entry(1), entry(2), entry(3));
        assertThat(missing).singleElement().asString().contains("leads back");
    }

    @Test
    void aChainThatLeavesMemoryIsNamed() {
        machine.word(HEADS, link(1)).word(link(1), 0x1234_5678_0000L);
        chain().walk(HEADS, 8, 1, LINK, entries::add);
        assertThat(entries).startsWith(entry(1));
        assertThat(missing).hasSize(1);
    }

    @Test
    void aTableThatIsNoTableEndsSoon() {
        chain().walk(0x1234_0000L, 8, 1 << 20, LINK, entries::add);
        assertThat(entries).isEmpty();
        assertThat(missing).hasSizeLessThan(300);
        assertThat(missing.getLast().why()).contains("too many");
        missing.clear();
        chain().walk(HEADS, 8, 1L << 40, LINK, entries::add);
        assertThat(missing).singleElement().asString().contains("buckets");
    }

    @Test
    void addressesAreWrittenAsTheyUsuallyAre() {
        assertThat(IpText.version4(new byte[] {127, 0, 0, (byte) 200})).isEqualTo("127.0.0.200");
        assertThat(IpText.version6(new byte[16])).isEqualTo("::");
        assertThat(version6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 7)).isEqualTo("2001:db8::1:0:0:7");
        assertThat(version6(0, 0, 0, 0, 0, 0, 0, 1)).isEqualTo("::1");
        assertThat(version6(0xfe80, 0, 1, 0, 1, 0, 1, 0)).isEqualTo("fe80:0:1:0:1:0:1:0");
        assertThat(version6(1, 2, 3, 4, 5, 6, 0, 0)).isEqualTo("1:2:3:4:5:6::");
        assertThat(version6(0, 0, 0, 0, 0, 0xFFFF, 0x7f00, 1)).isEqualTo("::ffff:127.0.0.1");
    }

    private static String version6(int... groups) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < groups.length; i++) {
            bytes[2 * i] = (byte) (groups[i] >>> 8);
            bytes[2 * i + 1] = (byte) groups[i];
        }
        return IpText.version6(bytes);
    }

    private HashChain chain() {
        return new HashChain(machine.kernel(6, 1).memory(), "table", missing);
    }

    private static long entry(int number) {
        return TestMachine.BASE + 0x20000 + number * 0x200L;
    }

    private static long link(int number) {
        return entry(number) + LINK;
    }
}
