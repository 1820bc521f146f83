package io.memflow.connector.qemu.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.CpuPause;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.cpu.ProcessorMemory;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.PluginArguments;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GdbStubConnectorTest {
    @TempDir
    private Path folder;

    private StandInStub stub(boolean running) throws IOException {
        return new StandInStub(socket(), running);
    }

    private Path socket() {
        return folder.resolve("gdb.sock");
    }

    private PhysicalMemory open() {
        return new GdbStubConnector().connect(PluginArguments.ofTarget(socket().toString()), Optional.empty());
    }

    /** Without a process of its own for each connection, where that is not what is tested. */
    private PhysicalMemory openDirectly() {
        return new GdbStubConnector(GdbLink::direct)
                .connect(PluginArguments.ofTarget(socket().toString()), Optional.empty());
    }

    @Test
    void isFoundAsAServiceAndNeverGuessed() throws IOException {
        assertThat(Inventory.load().connectors()).hasAtLeastOneElementOfType(GdbStubConnector.class);
        Files.createFile(socket());
        assertThat(new GdbStubConnector().recognises(socket().toString())).isFalse();
    }

    @Test
    void readsRamAndNothingElse() throws IOException {
        try (StandInStub stub = stub(true);
                PhysicalMemory memory = open()) {
            assertThat(memory.map().ranges())
                    .containsExactly(
                            new AddressRange(0, StandInStub.PIECE),
                            new AddressRange(StandInStub.HIGH, StandInStub.PIECE));
            assertThat(memory.readUnsigned(0x3000, 2)).isEqualTo(0x0303);
            assertThat(memory.readUnsigned(StandInStub.HIGH + 0x5FFF, 2)).isEqualTo(0x0605);
            assertThat(memory.capability(AccessLatency.class)).contains(AccessLatency.HIGH);
            MemoryBatch batch = new MemoryBatch();
            batch.add(0xFFFC_0000L, MemorySegment.ofArray(new byte[16]));
            batch.add(StandInStub.PIECE - 8, MemorySegment.ofArray(new byte[16]));
            memory.read(batch);
            assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
            assertThat(batch.status(1)).isEqualTo(RequestStatus.PARTIAL);
            assertThat(batch.faultCause(0)).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
            assertThat(stub.asked()).noneMatch(packet -> packet.startsWith("mfffc"));
        }
    }

    @Test
    void aBatchLargerThanTheWindowComesInOrder() throws IOException {
        try (StandInStub stub = stub(true);
                PhysicalMemory memory = open()) {
            byte[] whole = memory.readBytes(0, StandInStub.PIECE);
            for (int i = 0; i < whole.length; i++) {
                assertThat(whole[i]).isEqualTo((byte) (i >>> 12));
            }
            assertThat(stub.asked().stream().filter(packet -> packet.startsWith("m")))
                    .hasSize(StandInStub.PIECE / 0x800);
        }
    }

    @Test
    void aMachineThatRanRunsAgainAndMeansWhatItMeant() throws IOException {
        try (StandInStub stub = stub(true)) {
            try (PhysicalMemory memory = open()) {
                assertThat(memory.description()).contains("paused");
                assertThat(stub.isRunning()).isFalse();
                assertThat(stub.mode()).isEqualTo("1");
            }
            assertThat(stub.isRunning()).isTrue();
            assertThat(stub.mode()).isEqualTo("0");
            open().close();
            assertThat(stub.isRunning()).isTrue();
        }
    }

    @Test
    void aMachineThatStoodStillIsNotSetGoing() throws IOException {
        try (StandInStub stub = stub(false)) {
            open().close();
            assertThat(stub.isRunning()).isFalse();
            assertThat(stub.asked()).doesNotContain("D");
        }
    }

    @Test
    void aStubWithoutPhysicalMemoryIsRefusedAndLeftRunning() throws IOException {
        try (StandInStub stub = stub(true)) {
            stub.answering(answer -> Optional.of(answer.equals("0") ? "" : answer));
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            MemflowException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.NOT_SUPPORTED))
                    .hasMessageContaining("no physical memory");
            assertThat(stub.isRunning()).isTrue();
        }
    }

    @Test
    void aConnectionThatBreaksFailsWhatIsLeftAndSaysSo() throws IOException {
        try (StandInStub stub = stub(true);
                PhysicalMemory memory = openDirectly()) {
            int[] left = {3};
            stub.answering(answer -> left[0]-- > 0 ? Optional.of(answer) : Optional.empty());
            MemoryBatch batch = new MemoryBatch();
            batch.add(0, MemorySegment.ofArray(new byte[StandInStub.PIECE]));
            batch.add(StandInStub.HIGH, MemorySegment.ofArray(new byte[64]));
            memory.read(batch);
            assertThat(batch.transferred(0)).isEqualTo(3 * 0x800);
            assertThat(batch.status(1)).isEqualTo(RequestStatus.FAILED);
            assertThat(memory.defects()).singleElement().asString().contains("could not be read to the end");
        }
    }

    @Test
    void whatTheStubRefusesIsAFaultAndNoBytes() throws IOException {
        try (StandInStub stub = stub(true);
                PhysicalMemory memory = openDirectly()) {
            stub.answering(answer -> Optional.of(answer.equals("0303") ? "E14" : answer));
            assertThat(memory.tryRead(0x3000, MemorySegment.ofArray(new byte[2])))
                    .isEqualTo(Fault.INPUT_OUTPUT);
            assertThat(memory.readUnsigned(0x4000, 2)).isEqualTo(0x0404);
            assertThat(memory.defects()).isEmpty();
        }
    }

    @Test
    void writesOnlyWhenAsked() throws IOException {
        try (StandInStub stub = stub(true)) {
            try (PhysicalMemory memory = openDirectly()) {
                assertThat(memory.properties().access()).isEqualTo(ViewProperties.Access.READ_ONLY);
                assertThatThrownBy(() -> memory.writeLong(0x1000, 1)).isInstanceOf(MemoryAccessException.class);
                assertThat(stub.asked()).noneMatch(packet -> packet.startsWith("M"));
            }
            PluginArguments writing = new PluginArguments(Optional.of(socket().toString()), Map.of("write", "true"));
            try (PhysicalMemory memory = new GdbStubConnector(GdbLink::direct).connect(writing, Optional.empty())) {
                memory.writeLong(0x1000, 0x0807060504030201L);
                assertThat(stub.asked()).contains("M1000,8:0102030405060708");
            }
        }
    }

    @Test
    void processorsStandStillAndTellTheirRegisters() throws IOException {
        try (StandInStub stub = stub(true)) {
            try (PhysicalMemory memory = openDirectly()) {
                CpuControl control = memory.capability(CpuControl.class).orElseThrow();
                assertThat(control.state()).isEqualTo(CpuState.PAUSED);
                try (CpuPause pause = control.pause()) {
                    assertThat(pause.before()).isEqualTo(CpuState.RUNNING);
                }
                assertThat(stub.isRunning()).isFalse();
                assertThatThrownBy(control::resume).isInstanceOf(MemflowException.class);
                assertThat(control.registers()).hasSize(2);
                assertThat(control.registers().getFirst().value("pc")).hasValue(0xaa);
                assertThat(control.registers().getLast().value("ttbr0_el1")).hasValue(0x2002);
            }
            assertThat(stub.isRunning()).isTrue();
        }
    }

    @Test
    void virtualMemoryIsThatOfOneProcessorAndPhysicalMemoryStaysPhysical() throws IOException {
        try (StandInStub stub = stub(true);
                PhysicalMemory memory = openDirectly()) {
            MemoryView virtual =
                    memory.capability(ProcessorMemory.class).orElseThrow().virtualMemory(1);
            assertThat(virtual.readUnsigned(0x3000, 2)).isEqualTo(0x0303);
            assertThat(stub.mode()).isEqualTo("0");
            assertThat(stub.asked()).contains("Hg02");
            assertThat(memory.readUnsigned(0x4000, 2)).isEqualTo(0x0404);
            assertThat(stub.mode()).isEqualTo("1");
            stub.answering(answer -> Optional.of(answer.startsWith("06") ? "E14" : answer));
            PartialRead read = virtual.readPartial(0x5800, 0x1000);
            assertThat(read.gaps()).singleElement().satisfies(gap -> {
                assertThat(gap.range()).isEqualTo(new AddressRange(0x6000, 0x800));
                assertThat(gap.fault()).isEqualTo(Fault.NOT_PRESENT);
            });
            MemoryBatch batch = new MemoryBatch();
            batch.add(-8, MemorySegment.ofArray(new byte[16]));
            virtual.read(batch);
            assertThat(batch.transferred(0)).isEqualTo(8);
            assertThatThrownBy(() -> memory.capability(ProcessorMemory.class)
                            .orElseThrow()
                            .virtualMemory(2))
                    .hasMessageContaining("no processor 2");
        }
    }

    @Test
    void damagedAnswersEndInOurExceptionsOrFaults() throws IOException {
        Random random = new Random(5);
        try (StandInStub stub = stub(true)) {
            for (int round = 0; round < 300; round++) {
                stub.answering(damage(random));
                try (PhysicalMemory memory = openDirectly()) {
                    var _ = memory.readPartial(0, 0x3000);
                } catch (MemflowException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            }
        }
    }

    private static Function<String, Optional<String>> damage(Random random) {
        return answer -> {
            if (answer.isEmpty() || random.nextInt(12) != 0) {
                return Optional.of(answer);
            }
            int at = random.nextInt(answer.length());
            // What ends a packet or a wait would only test the clock.
            char other = "0123456789abcdefEOXZ.;".charAt(random.nextInt(22));
            String damaged = random.nextBoolean()
                    ? answer.substring(0, at)
                    : answer.substring(0, at) + other + answer.substring(at + 1);
            // An empty print in place of the end would only test the clock, too.
            return Optional.of(damaged.equals("O") ? answer : damaged);
        };
    }

    @Test
    void targetsThatMakeNoSenseAreRefused() {
        expectRefusal(PluginArguments.NONE, "needs a port");
        expectRefusal(PluginArguments.ofTarget("70000"), "is no port");
        expectRefusal(PluginArguments.ofTarget("a\0b"), "neither a port nor the path");
        expectRefusal(PluginArguments.ofTarget(socket().toString()), "does not answer", "-gdb unix:path=");
        expectRefusal(new PluginArguments(Optional.of("/run/x"), Map.of("host", "there")), "goes with a port");
    }

    private static void expectRefusal(PluginArguments arguments, String... words) {
        assertThatThrownBy(() -> new GdbStubConnector().connect(arguments, Optional.empty()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContainingAll(words);
    }
}
