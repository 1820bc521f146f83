package io.memflow.os.linux.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelDiscoveryTest {
    private static final int BYTES = 8 << 20;
    private static final long PAGE = 4096;

    @Test
    void emptyMemoryIsRefusedWithWhatWasLookedFor() {
        MappedMemory memory = machine(MemorySegment.ofArray(new byte[BYTES]));
        assertThatThrownBy(() -> KernelDiscovery.discover(memory))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("No Linux kernel")
                .hasMessageContaining("8192 KiB")
                .hasMessageContaining("base=");
    }

    @Test
    void randomBytesAreRefused() {
        byte[] bytes = new byte[BYTES];
        new Random(7).nextBytes(bytes);
        MappedMemory memory = machine(MemorySegment.ofArray(bytes));
        assertThatThrownBy(() -> KernelDiscovery.discover(memory)).isInstanceOf(MemflowException.class);
    }

    @Test
    void pagesFullOfPresentEntriesThatNameThemselvesAreRefused() {
        MemorySegment ram = MemorySegment.ofArray(new byte[BYTES]);
        for (long page = 0; page < BYTES; page += PAGE) {
            for (long entry = 0; entry < PAGE; entry += Long.BYTES) {
                ram.set(ScalarLayout.LONG_LITTLE, page + entry, page | 0x67);
            }
        }
        assertThatThrownBy(() -> KernelDiscovery.discover(machine(ram))).isInstanceOf(MemflowException.class);
    }

    @Test
    void aMappedImageWithoutSymbolsIsNamedAsSuch() {
        MemorySegment ram = MemorySegment.ofArray(new byte[BYTES * 4]);
        long root = 0x10_0000;
        mapImage(ram, root);
        List<RootCandidate> candidates = new PageTableRootFinder(machine(ram)).find();
        assertThat(candidates).singleElement().satisfies(found -> {
            assertThat(found.root()).isEqualTo(root);
            assertThat(found.image()).isEqualTo(new KernelImage(0xFFFF_FFFF_8100_0000L, 0, 8L << 21));
            assertThat(found.liesInsideImage()).isTrue();
        });
        assertThatThrownBy(() -> KernelDiscovery.discover(machine(ram)))
                .hasMessageContaining("kallsyms")
                .hasMessageContaining("0xffffffff81000000");
    }

    @Test
    void dataOfTheImageThatLeadsToItsRootIsNoRootOfMoreLevels() {
        MemorySegment ram = MemorySegment.ofArray(new byte[BYTES * 4]);
        long root = 0x10_0000;
        long data = 0x20_0000;
        mapImage(ram, root);
        for (int i = 0; i < 512; i++) {
            ram.set(ScalarLayout.LONG_LITTLE, data + i * 8L, 0x14_A7EA_0000_0659L);
        }
        ram.set(ScalarLayout.LONG_LITTLE, data + 511 * 8, 0x00C0_0000_0000_0007L | root);
        List<RootCandidate> candidates = new PageTableRootFinder(machine(ram)).find();
        assertThat(candidates)
                .extracting(RootCandidate::root, RootCandidate::isUnlikely)
                .containsExactly(tuple(root, false), tuple(data, true));
    }

    private static void mapImage(MemorySegment ram, long root) {
        long level3 = root + PAGE;
        long level2 = level3 + PAGE;
        ram.set(ScalarLayout.LONG_LITTLE, root + 511 * 8, level3 | 0x67);
        ram.set(ScalarLayout.LONG_LITTLE, level3 + 510 * 8, level2 | 0x67);
        for (int i = 0; i < 8; i++) {
            ram.set(ScalarLayout.LONG_LITTLE, level2 + (8 + i) * 8L, (long) i << 21 | 0xE3);
        }
    }

    private static MappedMemory machine(MemorySegment ram) {
        return new MappedMemory(
                DirectMap.builder().add(0, ram, 0, ram.byteSize()).build(),
                Arena.ofAuto(),
                ViewProperties.Access.READ_ONLY,
                "test memory",
                List.of());
    }
}
