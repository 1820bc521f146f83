package io.memflow.os.minidump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.core.cpu.Register;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ModuleInfo.Presence;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.formats.Corruption;
import io.memflow.formats.synthetic.CrashDumpBuilder;
import io.memflow.formats.synthetic.TriageDumpBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Synthetic triage dumps as targets. */
class SyntheticTriageTargetTest {
    private final TriageMachine machine = new TriageMachine();

    @TempDir
    private Path folder;

    private OperatingSystem open(byte[] file) {
        try {
            Path path = Files.createTempFile(folder, "triage", ".dmp");
            Files.write(path, file);
            return new MinidumpProvider().open(PluginArguments.ofTarget(path.toString()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private OperatingSystem open() {
        return open(machine.builder().build());
    }

    @Test
    void theSystemIsThatOfTheHeaderAndTheKernelTheFirstDriver() {
        try (OperatingSystem system = open()) {
            assertThat(system.info().name()).isEqualTo("windows");
            assertThat(system.info().version()).isEqualTo("Windows 10.0.19041");
            assertThat(system.info().architecture()).isEqualTo("x86-64");
            assertThat(system.info().kernelBase()).isEqualTo(TriageMachine.KERNEL);
            assertThat(system.info().dtb()).isEqualTo(0x1AD000);
            assertThat(system.physicalMemory()).isEmpty();
            assertThat(system.machine().rows().getFirst().processors()).isEqualTo(2);
            assertThat(system.machine().rows().getFirst().bootTime()).isEqualTo("2021-01-29T08:14:45.089423300Z");
            assertThat(system.discovery())
                    .extracting(DiscoveryStep::name, DiscoveryStep::finding)
                    .contains(
                            tuple("bug check", "0x7e (0x1, 0x2, 0x3, 0x4)"),
                            tuple("comment", "synthetic"),
                            tuple("offsets", "published ones of 10 19041 x64, with which the debugger's data agrees"));
            assertThat(system.discovery()).noneMatch(step -> step.confidence() == DiscoveryStep.Confidence.MISSING);
        }
    }

    @Test
    void driversAreModulesAndUnloadedOnesAreMarked() {
        try (OperatingSystem system = open()) {
            assertThat(system.modules().rows())
                    .extracting(ModuleInfo::name, ModuleInfo::base, ModuleInfo::size, ModuleInfo::presence)
                    .containsExactly(
                            tuple("ntoskrnl.exe", TriageMachine.KERNEL, 0x1046000L, Presence.LOADED),
                            tuple("amdppm.sys", 0xFFFFF804_8B580000L, 0x3B000L, Presence.LOADED),
                            tuple("dam.sys", 0xFFFFF804_87DE0000L, 0x1C000L, Presence.UNLOADED));
            assertThat(system.modules().rows())
                    .extracting(row -> row.provenance().sources().getFirst())
                    .containsExactly("triage-drivers", "triage-drivers", "triage-unloaded-drivers");
            assertThat(system.module("dam.sys").orElseThrow().sections().missing())
                    .extracting(MissingPart::why)
                    .first()
                    .asString()
                    .contains("unloaded");
        }
    }

    @Test
    void processAndThreadAreThoseOfTheCopies() {
        try (OperatingSystem system = open()) {
            ProcessInfo process = system.processes().rows().getFirst();
            assertThat(process.address()).isEqualTo(TriageMachine.PROCESS);
            assertThat(process.pid()).isEqualTo(4708);
            assertThat(process.parentPid()).isEqualTo(4);
            assertThat(process.name()).isEqualTo("crashing.exe");
            assertThat(process.kind()).isEqualTo(ProcessInfo.Kind.USER);
            assertThat(process.threads()).isEqualTo(7);
            assertThat(process.dtb()).isEqualTo(0x1AD000);
            assertThat(process.startTime()).isEqualTo(Instant.parse("2021-01-29T08:15:40Z"));
            assertThat(system.processes().missing())
                    .extracting(MissingPart::what)
                    .containsExactly("other processes");
            ThreadInfo thread =
                    system.process(4708).orElseThrow().threads().rows().getFirst();
            assertThat(thread.address()).isEqualTo(TriageMachine.THREAD);
            assertThat(thread.tid()).isEqualTo(5000);
            assertThat(thread.state()).isEqualTo(TaskState.RUNNING);
            assertThat(thread.places())
                    .isEqualTo(new ThreadInfo.Places(
                            TriageMachine.KERNEL + 0x1000,
                            0x7FF6_0000_1000L,
                            0x55_0000_2000L,
                            new ThreadInfo.Stack(0xFFFF8504_2988D000L, 0xFFFF8504_29893000L),
                            null,
                            Instant.parse("2021-01-29T08:15:40.000000500Z"),
                            null));
        }
    }

    @Test
    void memoryIsReadWhereTheDumpHasItAndNowhereElse() {
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
        try (OperatingSystem system =
                open(machine.builder().block(0xFFFFF804_7C700000L, bytes).build())) {
            assertThat(system.kernelMemory().readBytes(0xFFFFF804_7C700000L, 8)).isEqualTo(bytes);
            assertThat(system.kernelMemory().readLong(TriageMachine.PROCESS + 0x440))
                    .isEqualTo(4708);
            assertThat(system.kernelMemory()
                            .readPartial(0xFFFFF804_7C700000L, 16)
                            .gaps()
                            .getFirst()
                            .fault())
                    .isEqualTo(Fault.NOT_IN_DUMP);
            assertThatThrownBy(() -> system.kernelMemory().readLong(TriageMachine.KERNEL))
                    .isInstanceOf(MemoryAccessException.class)
                    .hasMessageContaining("not in the dump");
        }
    }

    @Test
    void registersAreThoseOfTheHeader() {
        try (OperatingSystem system = open()) {
            assertThat(system.threadRegisters().rows()).hasSize(1);
            assertThat(system.threadRegisters().rows().getFirst().tid()).isEqualTo(5000);
            assertThat(system.threadRegisters().rows().getFirst().registers())
                    .contains(new Register("rip", 64, new BigInteger("fffff8047bdfd920", 16)));
        }
    }

    @Test
    void copiesThatTheDumpContradictsAreNotBelieved() {
        byte[] other = {9, 9, 9, 9};
        try (OperatingSystem system = open(
                machine.builder().block(TriageMachine.PROCESS + 0x100, other).build())) {
            assertThat(system.processes().rows()).isEmpty();
            assertThat(system.processes().missing().getFirst().why()).contains("other bytes");
            assertThat(system.threads().rows()).hasSize(1);
            assertThatThrownBy(() -> system.kernelMemory().readLong(TriageMachine.PROCESS + 0x440))
                    .isInstanceOf(MemflowException.class);
        }
    }

    @Test
    void copiesOfOtherObjectsAreNotBelieved() {
        machine.thread.put(0, (byte) 5);
        try (OperatingSystem system = open()) {
            assertThat(system.threads().missing().getFirst().why()).contains("type 5");
            assertThat(system.processes().rows()).isEmpty();
        }
    }

    @Test
    void membersThatHoldNoIdOrTimeAreNotGiven() {
        machine.process.putLong(0x440, 4711).putLong(0x468, 5);
        machine.thread.putLong(0x430, 7);
        try (OperatingSystem system = open()) {
            assertThat(system.processes().missing().getFirst().why()).contains("no id");
            assertThat(system.threads().rows().getFirst().provenance().missing())
                    .extracting(MissingPart::what)
                    .containsExactly("CreateTime");
        }
    }

    @Test
    void membersOfAKernelThatMovedThemAreLearned() {
        // As in the genuine arm64 dump of 22000: all members of a process moved by 0x48 bytes, those of a thread by
        // 0x70.
        TriageMachine moved = new TriageMachine();
        shift(moved.processBytes, 0x300, -0x48);
        shift(moved.threadBytes, 0x400, 0x70);
        moved.offsets(0xA40, 0x508, 0x4F8, 0x898);
        try (OperatingSystem system = open(moved.builder().build())) {
            ProcessInfo process = system.processes().rows().getFirst();
            assertThat(process.pid()).isEqualTo(4708);
            assertThat(process.parentPid()).isEqualTo(4);
            assertThat(process.name()).isEqualTo("crashing.exe");
            assertThat(process.threads()).isNull();
            ThreadInfo thread = system.threads().rows().getFirst();
            assertThat(thread.tid()).isEqualTo(5000);
            assertThat(thread.provenance().missing())
                    .extracting(MissingPart::what)
                    .containsExactly("StartAddress");
            assertThat(system.discovery())
                    .anyMatch(step ->
                            step.name().equals("offsets") && step.finding().contains("is not published"));
        }
    }

    private static void shift(byte[] structure, int from, int by) {
        byte[] old = structure.clone();
        Arrays.fill(structure, from, structure.length, (byte) 0);
        int start = Math.max(from, from - by);
        System.arraycopy(old, start, structure, start + by, Math.min(old.length - start, old.length - start - by));
    }

    @Test
    void aKernelThatToldNothingAndIsNotPublishedHasNoProcess() {
        TriageMachine silent = new TriageMachine();
        silent.offsets(0xA41, 0x551, 0x541, 0x899);
        silent.debugger.putInt(0x14, 0x290);
        try (OperatingSystem system = open(silent.builder().build())) {
            // Build 19041 is published, and nothing contradicts that.
            assertThat(system.processes().rows()).hasSize(1);
        }
        TriageMachine other = new TriageMachine();
        other.debugger.putShort(0x2AA, (short) 0x558);
        try (OperatingSystem system = open(other.builder().build())) {
            assertThat(system.processes().missing().getFirst().why()).contains("not known");
        }
    }

    @Test
    void a32BitKernelIsReadByThePublishedMembersOfItsBuild() {
        byte[] processor = new byte[0x20];
        byte[] process = new byte[0x2C0];
        byte[] thread = new byte[0x2B8];
        MemorySegment.ofArray(processor).set(ValueLayout.JAVA_INT_UNALIGNED, 4, 0x85C8_B030);
        set(thread, 0, 6, 0x50, 0x85C8_A000, 0x22C, 4, 0x230, 8);
        set(process, 0, 3, 0xB4, 4, 0x18, 0x185000);
        System.arraycopy(new byte[] {'S', 'y', 's', 't', 'e', 'm'}, 0, process, 0x16C, 6);
        byte[] file = TriageDumpBuilder.narrow()
                .driver("\\SystemRoot\\system32\\ntkrnlpa.exe", 0x82800000L, 0x412000)
                .objects(processor, process, thread)
                .build();
        try (OperatingSystem system = open(file)) {
            assertThat(system.info().version()).isEqualTo("Windows 6.1.7601");
            assertThat(system.processes().rows().getFirst().name()).isEqualTo("System");
            assertThat(system.processes().rows().getFirst().kind()).isEqualTo(ProcessInfo.Kind.KERNEL);
            assertThat(system.threads().rows().getFirst().tid()).isEqualTo(8);
            assertThat(system.kernelMemory().readInt(0x85C8_A0B4L)).isEqualTo(4);
        }
    }

    private static void set(byte[] structure, int... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            MemorySegment.ofArray(structure).set(ValueLayout.JAVA_INT_UNALIGNED, pairs[i], pairs[i + 1]);
        }
    }

    @Test
    void aHeaderAloneTellsWhyTheSystemStopped() {
        try (OperatingSystem system = open(CrashDumpBuilder.wide(3).build())) {
            assertThat(system.discovery()).extracting(DiscoveryStep::name).contains("bug check");
            assertThat(system.modules().missing().getFirst().why()).contains("header alone");
            assertThat(system.threadRegisters().rows()).hasSize(1);
        }
    }

    @Test
    void damagedDumpsEndInAnswersOrInOurOwnExceptions() {
        byte[] good =
                machine.builder().block(0xFFFFF804_7C700000L, new byte[64]).build();
        Corruption.truncate(good, 0x2000, 0x3000, 0x20, this::exercise);
        Corruption.mutate(good, 300, 11, this::exercise);
    }

    private void exercise(MemorySegment bytes) {
        try (OperatingSystem system = open(bytes.toArray(ValueLayout.JAVA_BYTE))) {
            for (List<?> rows : List.of(
                    system.processes().rows(),
                    system.threads().rows(),
                    system.modules().rows(),
                    system.threadRegisters().rows(),
                    system.machine().rows(),
                    system.moduleDetails().rows())) {
                assertThat(rows).doesNotContainNull();
            }
        }
    }
}
