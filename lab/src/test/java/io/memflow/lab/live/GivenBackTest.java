package io.memflow.lab.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.CpuPause;
import io.memflow.core.cpu.CpuRegisters;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import io.memflow.lab.live.PauseLoop.Pauses;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that was looked at, or whose looker was killed, is as it was before. Its firmware runs, which is enough. */
@Tag("guest")
class GivenBackTest {
    private static final int ATTACHMENTS = 1_000;
    private static final int KILLS = 20;
    private static final int MOST_LINES = 8;
    private static final int MOST_DELAY_NANOS = 30_000_000;
    private static final long POLL_NANOS = 5_000_000;

    @TempDir
    private Path folder;

    private BareMachine machine;
    private Path stub;

    @BeforeEach
    void startTheMachine() throws IOException {
        HostPackages.of(HostProgram.QEMU).ensure(System.out::println);
        machine = BareMachine.start(
                HostProgram.QEMU,
                folder,
                List.of(
                        "-M",
                        "q35,memory-backend=ram0",
                        "-m",
                        "128M",
                        "-smp",
                        "2",
                        "-object",
                        "memory-backend-memfd,id=ram0,size=128M,share=on"));
        stub = folder.resolve("gdb.sock");
        String _ = machine.control().humanMonitor("gdbserver unix:%s,server=on,wait=off".formatted(stub));
        Object _ = machine.control().execute("cont");
    }

    @AfterEach
    void endTheMachine() {
        machine.close();
    }

    @Test
    void attachingAndDetachingLeavesMachineAndProcessesRunning() throws IOException {
        long ours = descriptors("self");
        long theirs = descriptors(Long.toString(machine.pid()));
        for (int i = 0; i < ATTACHMENTS; i++) {
            String way = i % 2 == 0 ? "shared" : "process";
            try (PhysicalMemory memory = connect("qemu:%d:memory=%s".formatted(machine.pid(), way))) {
                assertThat(memory.readBytes(0x1000, 64)).hasSize(64);
                if (i % 50 == 0) {
                    CpuPause _ =
                            memory.capability(CpuControl.class).orElseThrow().pause();
                    assertThat(machine.isRunning()).isFalse();
                }
            }
            assertThat(machine.isRunning()).as("after attachment %d", i).isTrue();
            if (i % 50 == 0) {
                connect("gdbstub:" + stub).close();
                assertThat(machine.isRunning())
                        .as("after the debugger of %d", i)
                        .isTrue();
            }
        }
        assertThat(machine.isAlive()).isTrue();
        assertThat(keepers()).isEmpty();
        assertThat(descriptors(Long.toString(machine.pid()))).isEqualTo(theirs);
        // Classes and libraries that were loaded meanwhile may hold a few.
        assertThat(descriptors("self")).isLessThan(ours + 20);
    }

    @Test
    void killingTheLookerNeverLeavesTheMachinePaused() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            String target = kill % 2 == 0 ? "qemu:" + machine.pid() : "gdbstub:" + stub;
            // Half of each kind in the middle of a pause, the others anywhere.
            Pauses pauses = kill % 4 < 2 ? Pauses.UNTIL_KILLED : Pauses.SHORT;
            killOnce(target, pauses, random);
            assertThat(machine.isRunning()).as("after kill %d", kill).isTrue();
        }
    }

    @Test
    void aMachineThatWasPausedBeforeStaysSoWhenTheLookerIsKilled() throws IOException {
        Random random = new Random(3);
        Object _ = machine.control().execute("stop");
        for (String target : List.of("qemu:" + machine.pid(), "gdbstub:" + stub)) {
            killOnce(target, Pauses.SHORT, random);
            assertThat(machine.isRunning()).as(target).isFalse();
        }
    }

    @Test
    void processorsStandStillWhileAPauseHoldsThem() {
        try (PhysicalMemory memory = connect("qemu:%d:cache=true,metrics=true".formatted(machine.pid()))) {
            CpuControl control = memory.capability(CpuControl.class).orElseThrow();
            assertThat(control.state()).isEqualTo(CpuState.RUNNING);
            List<CpuRegisters> first;
            try (CpuPause outer = control.pause()) {
                assertThat(outer.before()).isEqualTo(CpuState.RUNNING);
                first = control.registers();
                try (CpuPause inner = control.pause()) {
                    assertThat(inner.before()).isEqualTo(CpuState.RUNNING);
                }
                assertThat(machine.isRunning()).isFalse();
                assertThat(control.state()).isEqualTo(CpuState.PAUSED);
                assertThat(control.registers()).hasSize(2).isEqualTo(first);
                assertThat(control.registers().getFirst().value("cr0")).isPresent();
            }
            assertThat(machine.isRunning()).isTrue();
            Object _ = machine.control().execute("stop");
            control.resume();
            assertThat(machine.isRunning()).isTrue();
        }
    }

    /** The monitor's print through either, since QEMU's own description for debuggers is wrong for this processor. */
    @Test
    void bothWaysToTheRegistersGiveTheSame() {
        Object _ = machine.control().execute("stop");
        List<CpuRegisters> shown = registers("qemu:" + machine.pid());
        List<CpuRegisters> debugged = registers("gdbstub:" + stub);
        assertThat(debugged).hasSameSizeAs(shown);
        for (int i = 0; i < shown.size(); i++) {
            for (String name : List.of("cr0", "cr3", "cr4", "efer", "gs_base", "mxcsr", "eip", "rip")) {
                OptionalLong value = shown.get(i).value(name);
                assertThat(debugged.get(i).value(name)).as("%s of %d", name, i).isEqualTo(value);
            }
        }
    }

    private List<CpuRegisters> registers(String target) {
        try (PhysicalMemory memory = connect(target)) {
            return memory.capability(CpuControl.class).orElseThrow().registers();
        }
    }

    /** Lets a program look at the machine, and kills it at a random moment. */
    private void killOnce(String target, Pauses pauses, Random random) throws IOException {
        Process looker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PauseLoop.class.getName(),
                        target,
                        pauses.name())
                .redirectError(Redirect.INHERIT)
                .start();
        try (BufferedReader lines = looker.inputReader(StandardCharsets.UTF_8)) {
            if (pauses == Pauses.UNTIL_KILLED) {
                while (!nextLine(lines).equals("paused")) {}
                assertThat(machine.isRunning()).as("in a pause").isFalse();
            } else {
                for (int line = random.nextInt(MOST_LINES); line >= 0; line--) {
                    String _ = nextLine(lines);
                }
            }
            LockSupport.parkNanos(random.nextInt(MOST_DELAY_NANOS));
        }
        looker.destroyForcibly();
        looker.onExit().join();
        while (!keepers().isEmpty()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static String nextLine(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        assertThat(line).as("what the looker says").isNotNull();
        return line;
    }

    /** The processes that hold this machine. */
    private List<ProcessHandle> keepers() throws IOException {
        List<ProcessHandle> keepers = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            String command = readOrNothing(file);
            boolean ofThisMachine = command.contains(folder.toString());
            if (ofThisMachine && (command.contains("MonitorKeeper") || command.contains("GdbKeeper"))) {
                keepers.add(process);
            }
        }
        return keepers;
    }

    private static String readOrNothing(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    private static long descriptors(String process) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", process, "fd"))) {
            return descriptors.count();
        }
    }

    private static PhysicalMemory connect(String step) {
        return Inventory.load().connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step), Optional.empty());
    }
}
