package io.memflow.connector.qemu.nested;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.connector.qemu.QemuConnector;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.os.EnclosingSystem;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.view.WrapperView;
import io.memflow.host.made.MadeRam;
import io.memflow.host.made.StandInSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A machine of 16 MiB in a process of a system that is made up. */
class NestedQemuTest {
    private static final int RAM = 16 << 20;
    private static final int HALF = RAM / 2;
    private static final long HOST = 0x7f00_0020_0000L;
    private static final long SECOND = 0x7f00_4000_0000L;
    private static final int PAGE = 4096;
    private static final long SEED = 7;
    private static final String QEMU = "/usr/bin/qemu-system-x86_64";
    /** A page of RAM that the machine has never used, as its process sees it. */
    private static final long ABSENT = HOST + 0x5000;

    private final MemorySegment ram = MemorySegment.ofArray(new byte[RAM]);
    private final QemuConnector connector = new QemuConnector();

    private static MemoryRegion region(long start, long length) {
        return StandInSystem.region(start, start + length, "rw-p", 0);
    }

    private void fill() {
        new MadeRam(ram, new Random(SEED), address -> address)
                .use(0x10_0000, RAM)
                .build();
    }

    /** The process' memory: both halves of the RAM, wherever they are, and one page that is not there. */
    @SuppressWarnings("MustBeClosedChecker") // Memory of arrays needs no arena of its own.
    private MemoryView process(long low, long high) {
        DirectMap map = DirectMap.builder()
                .add(low, ram, 0, HALF)
                .add(high, ram, HALF, HALF)
                .build();
        MemoryView whole =
                new MappedMemory(map, Arena.ofShared(), ViewProperties.Access.READ_ONLY, "process", List.of());
        return new WrapperView(whole) {
            @Override
            public <C> Optional<C> capability(Class<C> type) {
                assertThat(type).as("asked of a process' memory").isNotEqualTo(AbsentPages.class);
                return Optional.empty();
            }

            @Override
            public void read(MemoryBatch batch) {
                source.read(batch);
                for (int request = 0; request < batch.size(); request++) {
                    long start = Math.max(ABSENT, batch.address(request));
                    long end = Math.min(ABSENT + PAGE, batch.address(request) + batch.length(request));
                    if (start < end) {
                        batch.fault(request, start - batch.address(request), end - start, Fault.NEVER_TOUCHED);
                    }
                }
            }
        };
    }

    private StandInSystem plain() {
        fill();
        return new StandInSystem(
                        process(HOST, HOST + HALF),
                        List.of(region(0x40_0000, PAGE), region(HOST, RAM), region(HOST + 0x1000_0000, RAM - PAGE)))
                .process(1, "/sbin/init", "init")
                .process(89, QEMU, "qemu", "-name", "l2", "-M", "q35", "-m", "16M");
    }

    private void expectRefusal(StandInSystem system, PluginArguments arguments, ErrorKind kind, String... words) {
        system.expectRefusal(connector, arguments, kind, words);
    }

    @Test
    void readsGuestPhysicalMemoryThroughTheProcess() {
        StandInSystem system = plain();
        for (Optional<String> target : List.of(Optional.<String>empty(), Optional.of("l2"), Optional.of("89"))) {
            try (PhysicalMemory memory = NestedQemu.open(system, target)) {
                assertThat(memory.map().ranges()).hasSize(2);
                assertThat(memory.map().end()).isEqualTo(RAM);
                byte[] bytes = memory.readBytes(0x20_0000, 1 << 20);
                assertThat(MemorySegment.ofArray(bytes).mismatch(ram.asSlice(0x20_0000, 1 << 20)))
                        .isEqualTo(-1);
                assertThat(memory.description()).contains("QEMU l2 (pid 89) in linux", "confirmed by page tables");
                assertThat(memory.capability(EnclosingSystem.class)).contains(new EnclosingSystem(system));
                assertThat(memory.capability(AbsentPages.class)).isEmpty();
            }
        }
    }

    @Test
    void keepsStatusAndCauseOfEachPiece() {
        try (PhysicalMemory memory = NestedQemu.open(plain(), Optional.empty())) {
            PartialRead partial = memory.readPartial(0x4000, 3 * PAGE);
            assertThat(partial.gaps()).extracting(Gap::fault).containsExactly(Fault.NEVER_TOUCHED);
            assertThat(partial.gaps().getFirst().range().start()).isEqualTo(0x5000);
            MemoryBatch batch = new MemoryBatch();
            MemorySegment target = MemorySegment.ofArray(new byte[4 * PAGE]);
            batch.add(0x5000, target, 0, PAGE);
            batch.add(0x6000, target, PAGE, PAGE);
            batch.add(0x9_F000, target, 2 * PAGE, 2 * PAGE);
            memory.read(batch);
            assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
            assertThat(batch.status(1)).isEqualTo(RequestStatus.WHOLE);
            assertThat(batch.status(2)).isEqualTo(RequestStatus.PARTIAL);
            for (int i = 0; i < batch.faultCount(); i++) {
                Fault expected = batch.faultRequest(i) == 0 ? Fault.NEVER_TOUCHED : Fault.OUTSIDE_PHYSICAL_MEMORY;
                assertThat(batch.faultCause(i)).isEqualTo(expected);
            }
            assertThatThrownBy(() -> memory.readLong(0x5008))
                    .isInstanceOf(MemoryAccessException.class)
                    .hasMessageContainingAll("0x5008", "Physical", Fault.NEVER_TOUCHED.text());
            assertThat(memory.tryRead(0x5000, target)).isEqualTo(Fault.NEVER_TOUCHED);
        }
    }

    @Test
    void findsBlocksOfSeveralNodesInTheirOrder() {
        fill();
        StandInSystem system = new StandInSystem(
                        process(SECOND, HOST), List.of(region(HOST, HALF), region(SECOND, HALF)))
                .process(
                        5,
                        QEMU,
                        "qemu",
                        "-object",
                        "memory-backend-ram,id=a,size=8M",
                        "-object",
                        "memory-backend-ram,id=b,size=8M",
                        "-numa",
                        "node,memdev=a",
                        "-numa",
                        "node,memdev=b",
                        "-m",
                        "16M");
        try (PhysicalMemory memory = NestedQemu.open(system, Optional.empty())) {
            byte[] across = memory.readBytes(HALF - PAGE, 2 * PAGE);
            assertThat(MemorySegment.ofArray(across).mismatch(ram.asSlice(HALF - PAGE, 2 * PAGE)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void closesWhatIsBelowOnceAndReadsNothingAfterwards() {
        StandInSystem system = plain();
        PhysicalMemory memory = NestedQemu.open(system, Optional.empty());
        assertThat(system.timesClosed()).as("after layouts were tested").isZero();
        memory.close();
        memory.close();
        assertThat(system.timesClosed()).isEqualTo(1);
        assertThat(memory.tryRead(0x20_0000, MemorySegment.ofArray(new byte[8])))
                .isEqualTo(Fault.INPUT_OUTPUT);
    }

    @Test
    void refusesWhatIsNotThere() {
        StandInSystem system = plain();
        expectRefusal(system, PluginArguments.ofTarget("l3"), ErrorKind.TARGET_NOT_FOUND, "l3", "QEMU l2 (pid 89)");
        expectRefusal(system, PluginArguments.ofTarget("1"), ErrorKind.TARGET_NOT_FOUND, "QEMU l2 (pid 89)");
        system.process(90, QEMU, "qemu", "-name", "l2");
        expectRefusal(system, PluginArguments.NONE, ErrorKind.TARGET_NOT_FOUND, "2 running", "pid 90");
        expectRefusal(
                new StandInSystem(process(HOST, HOST + HALF), List.of()).process(1, "/sbin/init"),
                PluginArguments.NONE,
                ErrorKind.TARGET_NOT_FOUND,
                "No QEMU is running in the system below it");
    }

    @Test
    void refusesALayoutThatNothingConfirms() {
        StandInSystem empty = new StandInSystem(process(HOST, HOST + HALF), List.of(region(HOST, RAM)))
                .process(89, QEMU, "qemu", "-m", "16M")
                .process(90, QEMU, "qemu", "-m", "1G")
                .process(91, "/usr/bin/qemu-system-ppc64", "qemu", "-m", "16M");
        expectRefusal(empty, PluginArguments.ofTarget("89"), ErrorKind.NOT_SUPPORTED, "no layout its command line");
        expectRefusal(empty, PluginArguments.ofTarget("90"), ErrorKind.NOT_SUPPORTED, "maps nothing of the RAM's");
        expectRefusal(empty, PluginArguments.ofTarget("91"), ErrorKind.NOT_SUPPORTED, "not on its command line");
    }

    @Test
    void refusesKeysThatMeanThisMachine() {
        for (String key : List.of("monitor", "memory")) {
            PluginArguments arguments = new PluginArguments(Optional.of("l2"), Map.of(key, "process"));
            expectRefusal(plain(), arguments, ErrorKind.ARG_VALIDATION, "Argument " + key);
        }
    }
}
