package io.memflow.formats.elf.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkMapTest {
    /** Memory of a process, written word by word. */
    private static final class Target {
        static final long BASE = 0x7F00_0000_0000L;
        private static final int BYTES = 1 << 20;
        private final MemorySegment bytes = MemorySegment.ofArray(new byte[BYTES]);

        Target word(long address, long value) {
            bytes.set(ScalarLayout.LONG_LITTLE, address - BASE, value);
            return this;
        }

        Target half(long address, int value) {
            bytes.set(ScalarLayout.INT_LITTLE, address - BASE, value);
            return this;
        }

        void text(long address, String text) {
            MemorySegment source = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
            MemorySegment.copy(source, 0, bytes, address - BASE, source.byteSize());
        }

        MappedMemory memory() {
            return new MappedMemory(
                    DirectMap.builder().add(BASE, bytes, 0, BYTES).build(),
                    Arena.ofAuto(),
                    ViewProperties.Access.READ_ONLY,
                    "a process",
                    List.of());
        }
    }

    private static final long DEBUG = Target.BASE + 0x10000;
    private static final long MAPS = Target.BASE + 0x20000;
    private static final long NAMES = Target.BASE + 0x30000;

    private final Target machine = new Target();

    private static long map(int index) {
        return MAPS + index * 0x100L;
    }

    private void entry(int index, int next, int previous, String name) {
        long at = map(index);
        machine.word(at, 0x1000L * index)
                .word(at + 8, NAMES + index * 0x40L)
                .word(at + 16, 0x1000L * index + 0x500)
                .word(at + 24, next == 0 ? 0 : map(next))
                .word(at + 32, previous == 0 ? 0 : map(previous))
                .text(NAMES + index * 0x40L, name);
    }

    private LinkMap.Found read() {
        return LinkMap.read(machine.memory(), PointerWidth.BITS_64, DEBUG);
    }

    @Test
    void givesTheImagesInTheLoadersOrder() {
        machine.half(DEBUG, 1).word(DEBUG + 8, map(1));
        entry(1, 2, 0, "");
        entry(2, 3, 1, "/lib/one.so");
        entry(3, 0, 2, "/lib/two.so");
        LinkMap.Found found = read();
        assertThat(found.missing()).isEmpty();
        assertThat(found.entries()).extracting(LinkMap.Entry::name).containsExactly("", "/lib/one.so", "/lib/two.so");
        assertThat(found.entries().get(2).dynamic()).isEqualTo(0x3500);
    }

    @Test
    void followsTheLoadersOtherNamespaces() {
        machine.half(DEBUG, 2).word(DEBUG + 8, map(1)).word(DEBUG + 40, DEBUG + 0x100);
        machine.half(DEBUG + 0x100, 2).word(DEBUG + 0x108, map(2)).word(DEBUG + 0x128, DEBUG);
        entry(1, 0, 0, "");
        entry(2, 0, 0, "/lib/other.so");
        assertThat(read().entries()).extracting(LinkMap.Entry::name).containsExactly("", "/lib/other.so");
        assertThat(read().missing()).isEmpty();
    }

    @Test
    void aLoopIsNamedAndEnds() {
        machine.half(DEBUG, 1).word(DEBUG + 8, map(1));
        entry(1, 2, 0, "");
        entry(2, 1, 1, "/lib/one.so");
        LinkMap.Found found = read();
        assertThat(found.entries()).hasSize(2);
        assertThat(found.missing()).hasSize(1);
        assertThat(found.missing().getFirst().why()).contains("leads back");
    }

    @Test
    void aCutListGivesWhatCameBefore() {
        machine.half(DEBUG, 1).word(DEBUG + 8, map(1));
        entry(1, 2, 0, "");
        machine.word(map(1) + 24, 0x1234_5000L);
        LinkMap.Found found = read();
        assertThat(found.entries()).hasSize(1);
        assertThat(found.missing()).extracting(part -> part.what()).containsExactly("link_map at 0x12345000");
    }

    @Test
    void anEntryThatDoesNotLinkBackIsNamed() {
        machine.half(DEBUG, 1).word(DEBUG + 8, map(1));
        entry(1, 2, 0, "");
        entry(2, 0, 0, "/lib/one.so");
        LinkMap.Found found = read();
        assertThat(found.entries()).hasSize(2);
        assertThat(found.missing().getFirst().why()).contains("does not link back");
    }

    @Test
    void aListThatIsNotThereYetIsNamed() {
        machine.half(DEBUG, 1);
        assertThat(read().missing().getFirst().why()).contains("not put anything");
    }
}
