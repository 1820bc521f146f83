package io.memflow.connector.qemu.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a process file system made of plain files. */
@DisabledOnOs(OS.WINDOWS)
class QemuProcessTest {
    @TempDir
    Path root;

    private ProcFs procFs() {
        return new ProcFs(root);
    }

    private void process(long pid, String executable, String... arguments) throws IOException {
        Path directory = Files.createDirectories(root.resolve(Long.toString(pid)));
        Files.writeString(directory.resolve("cmdline"), String.join("\0", arguments) + "\0");
        // The name holds what a careless parser trips over.
        Files.writeString(
                directory.resolve("stat"),
                pid + " (q) (x) S 1 1 1 0 -1 4194304 139 0 0 0 0 0 0 0 20 0 1 0 4959 30 386\n");
        if (!executable.isEmpty()) {
            // Leads nowhere, and to nowhere outside of this test.
            Files.createSymbolicLink(directory.resolve("exe"), root.resolve("." + executable));
        }
    }

    @Test
    void goesByTheExecutable() throws IOException {
        process(10, "/usr/bin/qemu-system-x86_64", "anything", "-name", "vm");
        process(11, "/usr/bin/dash", "/bin/sh", "/usr/bin/qemu-system-i386");
        process(12, "/usr/libexec/qemu-system-i386 (deleted)", "x");
        process(13, "/usr/bin/python3", "qemu-system-x86_64");
        process(14, "/nix/store/q/bin/.qemu-system-x86_64-wrapped", "x");
        process(15, "/usr/libexec/qemu-kvm", "x");
        process(16, "/usr/bin/qemu-img", "x");
        Files.createDirectories(root.resolve("self"));
        Files.createDirectories(root.resolve("17"));

        assertThat(QemuProcess.all(procFs())).extracting(QemuProcess::pid).containsExactly(10L, 12L, 14L, 15L);
        QemuProcess machine = QemuProcess.of(procFs(), 10).orElseThrow();
        assertThat(machine.emulator()).isEqualTo("qemu-system-x86_64");
        assertThat(machine.isX86()).isTrue();
        assertThat(machine.description()).isEqualTo("QEMU vm (pid 10)");
        assertThat(machine.identity().startTime()).isEqualTo(4959);
    }

    @Test
    void goesByTheFirstArgumentWhereTheExecutableIsHidden() throws IOException {
        process(10, "", "/usr/bin/qemu-system-aarch64", "-M", "virt");

        QemuProcess machine = QemuProcess.of(procFs(), 10).orElseThrow();
        assertThat(machine.isX86()).isFalse();
        assertThat(machine.description()).isEqualTo("QEMU pid 10");
    }

    @Test
    void findsSocketsWhereTheProcessSeesThem() throws IOException {
        Path elsewhere = Files.createDirectories(root.resolve("container/run"));
        Files.createFile(elsewhere.resolve("qmp.sock"));
        Files.createFile(elsewhere.resolve("relative.sock"));
        Path here = Files.createFile(root.resolve("here.sock"));
        process(
                10,
                "/usr/bin/qemu-system-x86_64",
                "qemu",
                "-qmp",
                "unix:/run/qmp.sock,server=on",
                "-qmp",
                "unix:relative.sock,server=on",
                "-qmp",
                "unix:" + here + ",server=on",
                "-qmp",
                "unix:/nowhere,server=on");
        Files.createSymbolicLink(root.resolve("10/root"), root.resolve("container"));
        Files.createSymbolicLink(root.resolve("10/cwd"), elsewhere);

        assertThat(QemuProcess.of(procFs(), 10).orElseThrow().monitorSockets())
                .containsExactly(root.resolve("10/root/run/qmp.sock"), root.resolve("10/cwd/relative.sock"), here);
    }

    @Test
    void tellsAProcessFromItsSuccessor() throws IOException {
        process(10, "/usr/bin/qemu-system-x86_64", "x");
        ProcessIdentity identity = ProcessIdentity.of(procFs(), 10);

        assertThat(identity.isRunning()).isTrue();
        Files.writeString(root.resolve("10/stat"), "10 (q) S 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 4960 3 3\n");
        assertThat(identity.isRunning()).isFalse();
        Files.writeString(root.resolve("10/stat"), "10 (q) S 1 1");
        assertThat(identity.isRunning()).isFalse();
        Files.writeString(root.resolve("10/stat"), "10 (q) S 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 x 3 3\n");
        assertThat(identity.isRunning()).isFalse();
        Files.delete(root.resolve("10/stat"));
        assertThat(identity.isRunning()).isFalse();
        assertThatThrownBy(() -> ProcessIdentity.of(procFs(), 10)).isInstanceOf(MemflowException.class);
        assertThatThrownBy(() -> procFs().mappings(10))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("Process 10 ended");
    }
}
