package io.memflow.os.dummy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.connector.dummy.DummyConnector;
import io.memflow.connector.dummy.DummyMachine;
import io.memflow.connector.dummy.DummyOptions;
import io.memflow.connector.dump.DumpConnector;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.synthetic.KnownBytes;
import io.memflow.core.synthetic.MachineArchitecture;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.WalkEnd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DummySystemTest {
    private static final long SEED = 7;

    static List<String> architectures() {
        return MachineArchitecture.all().stream().map(MachineArchitecture::name).toList();
    }

    private static PhysicalMemory machine(String architecture) {
        String options = "seed=" + SEED + ",size=48m,processes=3,arch=" + architecture;
        return new Inventory(List.of(new DummyConnector()), List.of())
                .connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, "dummy:" + options), Optional.empty());
    }

    private static OperatingSystem open(PhysicalMemory memory) {
        return new DummyProvider().open(memory, PluginArguments.NONE);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void everyRegionHoldsItsKnownBytes(String architecture) {
        try (OperatingSystem system = open(machine(architecture))) {
            checkEverything(system);
        }
    }

    private static void checkEverything(OperatingSystem system) {
        List<ProcessInfo> processes = system.processes().rows();
        assertThat(processes).extracting(ProcessInfo::pid).containsExactly(1, 9, 17);
        assertThat(system.processes().isComplete()).isTrue();
        for (ProcessInfo info : processes) {
            TargetProcess process = system.process(info.pid()).orElseThrow();
            List<MemoryRegion> regions = process.regions().rows();
            assertThat(regions)
                    .hasSizeGreaterThan(1)
                    .isSortedAccordingTo((a, b) -> Long.compareUnsigned(a.start(), b.start()));
            for (MemoryRegion region : regions) {
                checkBytes(process.memory(), info.pid(), region.start(), region.end() - region.start());
            }
        }
        assertThat(system.modules().rows()).hasSize(4);
        for (ModuleInfo module : system.modules().rows()) {
            long base = Objects.requireNonNull(module.base());
            long size = Objects.requireNonNull(module.size());
            checkBytes(system.kernelMemory(), KnownBytes.KERNEL, base, size);
            // The kernel's half is there in every process.
            checkBytes(system.process(9).orElseThrow().memory(), KnownBytes.KERNEL, base, size);
        }
        checkBytes(
                system.kernelMemory(),
                KnownBytes.KERNEL,
                Objects.requireNonNull(system.info().kernelBase()),
                Objects.requireNonNull(system.info().kernelSize()));
    }

    private static void checkBytes(MemoryView memory, int owner, long start, long length) {
        MemorySegment bytes = MemorySegment.ofArray(memory.readBytes(start, (int) length));
        assertThat(KnownBytes.mismatch(KnownBytes.key(SEED, owner), start, bytes))
                .as("process %d at 0x%x", owner, start)
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void walkFindsWhatTheTableSays(String architecture) {
        try (OperatingSystem system = open(machine(architecture))) {
            TargetProcess process = system.process(1).orElseThrow();
            Set<Long> wanted = new TreeSet<>();
            Set<Long> frames = new TreeSet<>();
            List<Long> found = new ArrayList<>();
            VirtualMemory memory = (VirtualMemory) process.memory();
            MappingSink sink = (virtual, physical, length, type, size) -> {
                assertThat(length).isLessThanOrEqualTo(size);
                found.add(virtual);
                assertThat(frames.add(physical))
                        .as("a frame that is mapped twice")
                        .isTrue();
                return true;
            };
            assertThat(memory.walk(sink)).isEqualTo(WalkEnd.COMPLETE);
            assertThat(found).isSortedAccordingTo(Long::compareUnsigned).hasSizeGreaterThan(20);
            for (MemoryRegion region : process.regions().rows()) {
                for (long at = region.start();
                        at < region.end();
                        at += memory.format().pageSize()) {
                    wanted.add(at);
                }
            }
            assertThat(wanted)
                    .containsAll(found.stream()
                            .filter(at -> Long.compareUnsigned(
                                            at,
                                            process.regions().rows().getLast().end())
                                    < 0)
                            .toList());
        }
    }

    @Test
    void worksOnACopyOfTheMemory(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("dummy.raw");
        try (PhysicalMemory memory = machine("riscv64-sv39")) {
            Files.write(file, memory.readBytes(0, (int) memory.map().end()));
        }
        PhysicalMemory copy = new DumpConnector().connect(PluginArguments.ofTarget(file.toString()), Optional.empty());
        try (OperatingSystem system = open(copy)) {
            checkEverything(system);
        }
    }

    @Test
    void isFoundByItself() {
        Inventory inventory = Inventory.load();
        List<ChainStep> chain = List.of(ChainParser.parse(ChainStep.Kind.CONNECTOR, "dummy::seed=3,size=4m"));
        try (OperatingSystem system = inventory.build(chain)) {
            assertThat(system.info().name()).isEqualTo("dummy");
            assertThat(system.info().version()).isEqualTo("dummy machine of seed 3");
        }
    }

    @Test
    void tableLiesWhereRowsSay() {
        try (OperatingSystem system = open(machine("x86-64"))) {
            for (ProcessInfo process : system.processes().rows()) {
                assertThat(system.kernelMemory().readInt(Objects.requireNonNull(process.address())))
                        .isEqualTo(process.pid());
                long root = system.types()
                        .member("process_row", "root")
                        .orElseThrow()
                        .offset();
                assertThat(system.kernelMemory().readLong(Objects.requireNonNull(process.address()) + root))
                        .isEqualTo(process.dtb());
            }
            for (ModuleInfo module : system.modules().rows()) {
                assertThat(system.kernelMemory().readLong(Objects.requireNonNull(module.address())))
                        .isEqualTo(module.base());
                long name = system.types()
                        .member("module_row", "name")
                        .orElseThrow()
                        .offset();
                assertThat(system.kernelMemory().readUtf8(Objects.requireNonNull(module.address()) + name, 32))
                        .isEqualTo(module.name());
                assertThat(system.symbols()
                                .nearest(Objects.requireNonNull(module.base()) + 1)
                                .map(Symbol::module))
                        .contains(module.name());
            }
        }
    }

    @Test
    void threadsBelongToTheirProcess() {
        try (OperatingSystem system = open(machine("x86-64"))) {
            List<ThreadInfo> all = new ArrayList<>();
            for (ProcessInfo process : system.processes().rows()) {
                List<ThreadInfo> own =
                        system.process(process.pid()).orElseThrow().threads().rows();
                assertThat(own).hasSize(Objects.requireNonNull(process.threads()));
                assertThat(own.getFirst().tid()).isEqualTo(process.pid());
                all.addAll(own);
            }
            assertThat(system.threads().rows()).isEqualTo(all);
            assertThat(all).extracting(ThreadInfo::tid).doesNotHaveDuplicates();
            assertThat(system.process(2)).isEmpty();
        }
    }

    @Test
    void listsFollowTheMemory() {
        DummyMachine machine = DummyMachine.build(DummyOptions.ofSeed(SEED));
        try (OperatingSystem system = open(machine.memory())) {
            assertThat(system.processes().rows()).hasSize(8);
            machine.memory().write(200, MemorySegment.ofArray(new byte[] {1, 2, 3}));
            assertThatThrownBy(system::processes)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void refusesMemoryOfAnotherKind() {
        DummyMachine machine = DummyMachine.build(DummyOptions.ofSeed(SEED));
        try (PhysicalMemory memory = machine.memory()) {
            memory.write(0, MemorySegment.ofArray(new byte[8]));
            assertThatThrownBy(() -> open(memory))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("No dummy machine");
        }
    }
}
