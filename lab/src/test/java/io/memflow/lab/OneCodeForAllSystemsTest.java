package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The same code, {@link MainModule}, on this machine itself, on a guest and on a made-up machine. */
class OneCodeForAllSystemsTest {
    /** {@code EI_MAG0} to {@code EI_CLASS} of the ELF specification, for 64 bits. */
    private static final String ELF_64 = "7f454c4602";

    private static OperatingSystem open(ChainStep... steps) {
        return Inventory.load().build(List.of(steps));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachine() throws Exception {
        Process child = new ProcessBuilder("sleep", "600").start();
        try (OperatingSystem system = open(ChainParser.parse(ChainStep.Kind.OS, "native"))) {
            String program = awaitProgram(child);
            MainModule found = MainModule.of(system, (int) child.pid());
            assertThat(found.header()).startsWith(ELF_64);
            assertThat(found.main().path()).isEqualTo(program);
            assertThat(found.modules()).contains(Path.of(program).getFileName().toString(), "[vdso]");
        } finally {
            child.destroyForcibly();
        }
    }

    /** Until it runs the program, a child still is a copy of this one. */
    private static String awaitProgram(Process child) throws Exception {
        Path executable = Path.of("/proc/" + child.pid() + "/exe");
        Path own = Path.of("/proc/self/exe").toRealPath();
        Path found = executable.toRealPath();
        while (found.equals(own) || found.endsWith("jspawnhelper")) {
            Thread.onSpinWait();
            found = executable.toRealPath();
        }
        return found.toString();
    }

    @Test
    @Tag("guest")
    void aGuestThatRuns() throws Exception {
        try (LabGuest lab = LabGuest.bootOrSkip(LabKernel.V6_1);
                OperatingSystem system = Targets.running(lab)) {
            int pid = lab.truth().planted().getFirst().pid();
            MainModule found = MainModule.of(system, pid);
            assertThat(found.header()).startsWith(ELF_64);
            assertThat(found.main().path()).isEqualTo(found.process().path());
        }
    }

    @Test
    void aMadeUpMachine() {
        try (OperatingSystem system = open(
                ChainParser.parse(ChainStep.Kind.CONNECTOR, "dummy:seed=7"),
                ChainParser.parse(ChainStep.Kind.OS, "dummy"))) {
            int pid = system.processes().rows().getFirst().pid();
            MainModule found = MainModule.of(system, pid);
            MemoryView memory = system.process(pid).orElseThrow().memory();
            long start = system.process(pid)
                    .orElseThrow()
                    .regions()
                    .rows()
                    .getFirst()
                    .start();
            assertThat(found.main().base()).isEqualTo(start);
            assertThat(found.header())
                    .isEqualTo(HexFormat.of().formatHex(memory.readBytes(start, MainModule.HEADER_BYTES)));
        }
    }
}
