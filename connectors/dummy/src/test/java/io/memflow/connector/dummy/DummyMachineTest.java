package io.memflow.connector.dummy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.cache.PageCache;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.synthetic.MachineTable;
import io.memflow.core.synthetic.MachineTableCodec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DummyMachineTest {
    private static DummyMachine build(String step) {
        return DummyMachine.build(DummyOptions.parse(
                ChainParser.parse(ChainStep.Kind.CONNECTOR, step).arguments()));
    }

    /** As a chain does it. */
    private static PhysicalMemory connect(String step) {
        return new Inventory(List.of(new DummyConnector()), List.of())
                .connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step), Optional.empty());
    }

    private static byte[] bytes(String step) {
        try (PhysicalMemory memory = connect(step)) {
            return memory.readBytes(0, (int) memory.map().end());
        }
    }

    @Test
    void equalOptionsMakeEqualMachines() {
        assertThat(Arrays.hashCode(bytes("dummy::size=8m,seed=5")))
                .isEqualTo(Arrays.hashCode(bytes("dummy:seed=0x5,size=8192kb")));
        assertThat(Arrays.equals(bytes("dummy::size=8m,seed=5"), bytes("dummy::size=8m,seed=6")))
                .isFalse();
    }

    @Test
    void tableIsReadAsItWasWritten() {
        DummyMachine machine = build("dummy::size=8m,arch=arm64,modules=9,processes=5");
        try (PhysicalMemory memory = machine.memory()) {
            MachineTable read = MachineTableCodec.read(memory);
            assertThat(read).isEqualTo(machine.table());
            assertThat(read.modules()).hasSize(9);
            assertThat(read.processes()).hasSize(5);
        }
    }

    @Test
    void mixesThePageSizesItIsAskedFor() {
        DummyMachine machine = build("dummy::size=256m,processes=2,pages=4k/2m*2");
        try (PhysicalMemory memory = machine.memory()) {
            assertThat(memory.map().totalBytes()).isEqualTo(256 << 20);
            long small = mapped(machine.table(), 1 << 12);
            long large = mapped(machine.table(), 1 << 21);
            assertThat(small + large).isBetween(180L << 20, 193L << 20);
            assertThat((double) large / small).isBetween(1.9, 2.1);
        }
    }

    private static long mapped(MachineTable table, long pageSize) {
        return Stream.concat(
                        table.processes().stream().flatMap(row -> row.regions().stream()),
                        table.kernelRegions().stream())
                .filter(region -> region.pageSize() == pageSize)
                .mapToLong(region -> region.end() - region.start())
                .sum();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dummy::size=0 | is too small",
                "dummy::size=4q | is not a number",
                "dummy::size=99999999999g | is not a number",
                "dummy::size=64k | cannot hold",
                "dummy::arch=vax | There is no architecture \"vax\"",
                "dummy::pages=8k | has no pages of 8kb, only of 4kb, 2mb, 1gb",
                "dummy::pages=4q | is no size",
                "dummy::pages=4k*0 | no weight",
                "dummy::pages=4k/1g | cannot hold",
                "dummy::processes=100001 | is too large",
                "dummy::processes=100000 | cannot hold",
                "dummy:vm1 | has no target",
                "dummy:sead=1 | no argument \"sead\"",
                "dummy:seed=1:sead=1 | no argument \"sead\"",
                "dummy:seed=1,cache=maybe | is neither",
                "dummy:seed=1:seed=2 | given once more",
                "dummy:seed=1,seed=2 | given twice",
                "dummy:seed=1,2 | arguments are key=value"
            })
    void refusesWhatMakesNoMachine(String step, String reason) {
        assertThatThrownBy(() -> connect(step).close())
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dummy:seed=7,size=4m,cache=on,delay=1",
                "dummy::seed=7,size=4m,cache=on,delay=1",
                "dummy:seed=7:size=4m,cache=on,delay=1",
                "dummy:seed=7,size=4m:cache=on,delay=1",
                "dummy:cache=on,seed=7:size=4m:delay=1",
                "dummy::seed=7,size=4m:cache=on,delay=1"
            })
    void argumentsMayStandInEveryPart(String step) {
        try (PhysicalMemory memory = connect(step)) {
            assertThat(memory.capability(PageCache.class)).isPresent();
            assertThat(memory.description()).isEqualTo("dummy machine of seed 7");
            assertThat(memory.map().totalBytes()).isEqualTo(4 << 20);
        }
    }

    @Test
    void connectorItselfTakesNoTarget() {
        PluginArguments target = PluginArguments.ofTarget("seed=1");
        assertThatThrownBy(() -> new DummyConnector().connect(target, Optional.empty()))
                .hasMessageContaining("has no target");
    }

    @Test
    void connectorGivesWritableMemory() {
        try (PhysicalMemory memory = connect("dummy:size=4m,seed=2")) {
            memory.write(0x3000, MemorySegment.ofArray(new byte[] {42}));
            assertThat(memory.readByte(0x3000)).isEqualTo((byte) 42);
            assertThat(memory.description()).isEqualTo("dummy machine of seed 2");
        }
    }
}
