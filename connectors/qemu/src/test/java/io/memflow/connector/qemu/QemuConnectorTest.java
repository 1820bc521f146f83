package io.memflow.connector.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a process file system made of plain files. */
@DisabledOnOs(OS.WINDOWS)
class QemuConnectorTest {
    @TempDir
    Path root;

    private QemuConnector connector = new QemuConnector();

    @BeforeEach
    void useOwnProcFs() {
        connector = new QemuConnector(new ProcFs(root));
    }

    private void machine(long pid, String... options) throws IOException {
        Path directory = Files.createDirectories(root.resolve(Long.toString(pid)));
        Files.writeString(directory.resolve("cmdline"), "qemu\0" + String.join("\0", options) + "\0");
        Files.writeString(directory.resolve("stat"), pid + " (q) S 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 4959 3 3\n");
        Files.createSymbolicLink(directory.resolve("exe"), root.resolve("bin/qemu-system-x86_64"));
    }

    private void expectRefusal(PluginArguments arguments, ErrorKind kind, String... words) {
        assertThatThrownBy(() -> connector.connect(arguments, Optional.empty()))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind))
                .hasMessageContainingAll(words)
                .message()
                .endsWith(".")
                .doesNotContain("\n");
    }

    @Test
    void isFoundAsAService() {
        assertThat(Inventory.load().connectors()).hasAtLeastOneElementOfType(QemuConnector.class);
        assertThat(connector.name()).isEqualTo("qemu");
        assertThat(connector.summary()).isNotBlank();
        assertThat(connector.arguments())
                .extracting(ArgumentDescription::key)
                .containsExactly("monitor", "memory", "write");
    }

    @Test
    void recognisesRunningMachinesByNameAndId() throws IOException {
        machine(4711, "-name", "vm1");
        machine(4712, "-m", "1G");

        assertThat(connector.recognises("vm1")).isTrue();
        assertThat(connector.recognises("4711")).isTrue();
        assertThat(connector.recognises("4712")).isTrue();
        assertThat(connector.recognises("4713")).isFalse();
        assertThat(connector.recognises("vm")).isFalse();
        assertThat(connector.recognises("")).isFalse();
        assertThat(connector.recognises("a\0b")).isFalse();
    }

    @Test
    void listsTheMachinesThereAre() throws IOException {
        assertThat(connector.targets()).isEmpty();
        Path monitor = Files.createFile(root.resolve("monitor.sock"));
        machine(4711, "-name", "vm1", "-m", "1G", "-M", "q35", "-qmp", "unix:" + monitor + ",server=on,wait=off");
        machine(4712);
        assertThat(connector.targets())
                .containsExactly(
                        new AvailableTarget(
                                "4711", "vm1", "qemu-system-x86_64, machine q35", 1L << 30, "monitor " + monitor),
                        new AvailableTarget(
                                "4712", null, "qemu-system-x86_64", 128L << 20, "no monitor: layout by machine type"));
        assertThat(new QemuConnector(new ProcFs(root.resolve("missing"))).targets())
                .isEmpty();
    }

    @Test
    void neverRecognisesAFile() throws IOException {
        Path file = Files.createFile(root.resolve("image.raw"));
        machine(4711, "-name", file.toString());

        assertThat(connector.recognises(file.toString())).isFalse();
    }

    @Test
    void recognisesNothingWithoutAProcessFileSystem() {
        assertThat(new QemuConnector(new ProcFs(root.resolve("missing"))).recognises("vm1"))
                .isFalse();
    }

    @Test
    void namesTheMachinesThereAre() throws IOException {
        expectRefusal(PluginArguments.NONE, ErrorKind.TARGET_NOT_FOUND, "No QEMU is running");
        machine(4711, "-name", "vm1");
        machine(4712, "-name", "vm1");
        expectRefusal(PluginArguments.NONE, ErrorKind.TARGET_NOT_FOUND, "4711", "4712");
        expectRefusal(PluginArguments.ofTarget("vm1"), ErrorKind.TARGET_NOT_FOUND, "2 running", "4711", "4712");
        expectRefusal(PluginArguments.ofTarget("vm2"), ErrorKind.TARGET_NOT_FOUND, "vm2", "QEMU vm1 (pid 4711)");
    }

    @Test
    void refusesAMachineOfUnknownLayout() throws IOException {
        machine(4711, "-name", "vm1", "-m", "1G");
        Files.writeString(root.resolve("4711/maps"), "7f0000000000-7f0000100000 rw-p 00000000 00:00 0\n");

        expectRefusal(
                PluginArguments.ofTarget("vm1"),
                ErrorKind.NOT_SUPPORTED,
                "no QMP monitor",
                "nothing of the RAM's 1073741824 bytes",
                "-qmp unix:PATH,server=on,wait=off");
    }

    @Test
    void refusesAMachineOfSeveralBlocksWithoutAMonitor() throws IOException {
        machine(4711, "-device", "pc-dimm,memdev=m1", "-qmp", "unix:/does/not/exist,server=on");
        Files.writeString(root.resolve("4711/maps"), "");

        expectRefusal(PluginArguments.NONE, ErrorKind.NOT_SUPPORTED, "several blocks");
    }

    @Test
    void refusesAMonitorThatDoesNotAnswer() throws IOException {
        machine(4711, "-name", "vm1");
        Files.writeString(root.resolve("4711/maps"), "");
        PluginArguments arguments = new PluginArguments(
                Optional.of("vm1"), Map.of("monitor", root.resolve("no.sock").toString()));

        assertThatThrownBy(() -> connector.connect(arguments, Optional.empty()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("no.sock");
    }

    @Test
    void refusesAWayThatDoesNotExist() {
        expectRefusal(
                new PluginArguments(Optional.empty(), Map.of("memory", "magic")), ErrorKind.ARG_VALIDATION, "magic");
    }
}
