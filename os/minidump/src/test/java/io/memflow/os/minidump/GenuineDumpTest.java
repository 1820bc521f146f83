package io.memflow.os.minidump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.cpu.Register;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.os.ThreadRegisters;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.formats.OtherProgram;
import io.memflow.formats.WindowsSamples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Genuine dumps as targets, where they are at hand: two triage dumps and minidumps of rizin-testbins and rust-minidump. What is
 * expected of the triage dumps was read out of the files by hand; of minidumps, LLDB is a reader that is not ours.
 */
class GenuineDumpTest {
    @TempDir
    private Path folder;

    private Path file(String name) {
        try {
            return Files.write(folder.resolve("sample.dmp"), WindowsSamples.file(name));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static OperatingSystem open(Path file) {
        MinidumpProvider provider = new MinidumpProvider();
        assertThat(provider.recognises(file.toString())).isTrue();
        return provider.open(PluginArguments.ofTarget(file.toString()));
    }

    @Test
    void theTriageDumpOfAnX64SystemHasItsSystemProcessAndThread() {
        try (OperatingSystem system = open(file("dmp/triage_x64.dmp"))) {
            assertThat(system.info().version()).isEqualTo("Windows 10.0.19041");
            assertThat(system.machine().rows().getFirst().build()).isEqualTo("19041.1.amd64fre.vb_release.191206-1406");
            assertThat(system.machine().rows().getFirst().processors()).isEqualTo(16);
            assertThat(system.modules().rows()).hasSize(0x97 + 4);
            ProcessInfo process = system.processes().rows().getFirst();
            assertThat(process.address()).isEqualTo(0xFFFFC08B_DCE94180L);
            assertThat(process.pid()).isEqualTo(4);
            assertThat(process.name()).isEqualTo("System");
            assertThat(process.threads()).isEqualTo(147);
            assertThat(process.dtb()).isEqualTo(0x1AD000);
            ThreadInfo thread = system.threads().rows().getFirst();
            assertThat(thread.address()).isEqualTo(0xFFFFC08B_DE9E1640L);
            assertThat(thread.tid()).isEqualTo(0x108);
            ThreadInfo.Stack stack = Objects.requireNonNull(
                    Objects.requireNonNull(thread.places()).kernelStack());
            assertThat(register(system.threadRegisters().rows().getFirst(), "rsp"))
                    .isBetween(stack.low(), stack.high());
            // Both lists of a process' members lead into the dump's own memory: the head leads to System.
            assertThat(system.kernelMemory().readLong(0xFFFFF804_7C61E200L)).isEqualTo(0xFFFFC08B_DCE94180L + 0x448);
            assertThatThrownBy(() -> system.kernelMemory().readLong(0xFFFFF804_7BB00000L))
                    .isInstanceOf(MemoryAccessException.class)
                    .hasMessageContaining("not in the dump");
        }
    }

    @Test
    void theTriageDumpOfAnArm64SystemHasThemByWhatItsStructuresHold() {
        try (OperatingSystem system = open(file("dmp/triage_arm64.dmp"))) {
            assertThat(system.machine().rows().getFirst().build()).isEqualTo("22000.1.arm64fre.co_release.210604-1628");
            ProcessInfo process = system.processes().rows().getFirst();
            assertThat(process.pid()).isEqualTo(4);
            assertThat(process.name()).isEqualTo("System");
            assertThat(process.parentPid()).isZero();
            assertThat(system.threads().rows().getFirst().tid()).isEqualTo(0x20);
            // PsActiveProcessHead leads to ActiveProcessLinks of System, right behind its id.
            assertThat(system.kernelMemory().readLong(0xFFFFF803_F3A1D1C0L))
                    .isEqualTo(Objects.requireNonNull(process.address()) + 0x400);
            List<ThreadRegisters> registers = system.threadRegisters().rows();
            assertThat(registers).hasSize(1 + 8);
            // The header's registers are those in the block of the processor that stopped.
            assertThat(register(registers.get(1), "pc")).isEqualTo(register(registers.getFirst(), "pc"));
            for (ThreadRegisters row : registers) {
                long pc = register(row, "pc");
                assertThat(system.modules().rows())
                        .anyMatch(driver -> pc - Objects.requireNonNull(driver.base()) >= 0
                                && pc - driver.base() < Objects.requireNonNull(driver.size()));
            }
        }
    }

    private static long register(ThreadRegisters row, String name) {
        return row.registers().stream()
                .filter(one -> one.name().equals(name))
                .map(Register::value)
                .findFirst()
                .orElseThrow()
                .longValue();
    }

    @ParameterizedTest
    @CsvSource({
        "mdmp/calc.dmp, 'Windows 6.1.7601 Service Pack 1', 3368, calc.exe, 28, 5",
        "testdata/test.dmp, 'Windows 5.1.2600 Service Pack 2', 3932, test_app.exe, 13, 2",
        "testdata/invalid-parameter.dmp, Windows 10.0.17134, 6256, CrashTest.exe, 31, 6",
        "testdata/simple-crashpad.dmp, macOS 10.15.7 19H114, 56685, crashy, 40, 1",
        "testdata/linux-mini.dmp, 'Linux 0.0.0 Linux 4.9.60-linuxkit-aufs #1 SMP Mon Nov 6 16:00:12 UTC 2017 x86_64', 0, crash, 8, 1",
    })
    void minidumpsOfProcessesHaveModulesThreadsAndRegisters(
            String name, String version, int pid, String program, int modules, int threads) {
        try (OperatingSystem system = open(file(name))) {
            TargetProcess process = system.process(pid).orElseThrow();
            assertThat(system.info().version()).isEqualTo(version);
            assertThat(process.info().name()).isEqualTo(program);
            assertThat(process.modules().rows()).hasSize(modules);
            assertThat(process.threads().rows()).hasSize(threads);
            assertThat(system.threadRegisters().rows()).hasSizeGreaterThanOrEqualTo(threads);
            assertThat(process.regions().rows()).isNotEmpty();
            assertThat(process.moduleDetails().rows()).hasSize(modules);
        }
    }

    /** LLDB says of each image its address and of each thread its number and where it was. */
    @ParameterizedTest
    @CsvSource({"mdmp/calc.dmp, rip", "testdata/invalid-parameter.dmp, rip", "testdata/test.dmp, eip"})
    void lldbFindsTheSameModulesThreadsAndInstructions(String name, String instruction) {
        Path file = file(name);
        String text = OtherProgram.LLDB.run(
                List.of("-b", "-o", "target create --core " + file, "-o", "image list", "-o", "thread list"));
        try (OperatingSystem system = open(file)) {
            int pid = system.processes().rows().getFirst().pid();
            List<ModuleInfo> modules =
                    system.process(pid).orElseThrow().modules().rows();
            for (ModuleInfo module : modules) {
                assertThat(text).containsPattern("0x0*%x ".formatted(module.base()));
            }
            for (ModuleDetails details :
                    system.process(pid).orElseThrow().moduleDetails().rows()) {
                // LLDB writes the parts of a GUID apart, and the age in eight digits.
                String key = Objects.requireNonNull(details.identity());
                assertThat(text.replace("-", "")).contains(key.substring(0, 32));
            }
            for (ThreadInfo thread : system.threads().rows()) {
                long at = register(
                        system.threadRegisters().rows().stream()
                                .filter(row -> Objects.equals(row.tid(), thread.tid()))
                                .findFirst()
                                .orElseThrow(),
                        instruction);
                assertThat(text).containsPattern("tid = 0x%04x, 0x0*%x ".formatted(thread.tid(), at));
            }
            System.out.printf(
                    "%s: LLDB has the same %d modules and %d threads%n",
                    name, modules.size(), system.threads().rows().size());
        }
    }
}
