package io.memflow.connector.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
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
class KvmConnectorTest {
    @TempDir
    Path root;

    private KvmConnector connector = new KvmConnector();

    @BeforeEach
    void useOwnProcFs() {
        connector = new KvmConnector(new ProcFs(root));
    }

    private void process(long pid, String program, String... descriptors) throws IOException {
        Path directory = Files.createDirectories(root.resolve(Long.toString(pid)));
        Files.writeString(directory.resolve("cmdline"), program + "\0");
        Files.writeString(directory.resolve("stat"), pid + " (v) S 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 4959 3 3\n");
        Files.createSymbolicLink(directory.resolve("exe"), root.resolve("bin/" + program));
        Path open = Files.createDirectories(directory.resolve("fd"));
        for (int i = 0; i < descriptors.length; i++) {
            Files.createSymbolicLink(open.resolve(Integer.toString(i)), Path.of(descriptors[i]));
        }
    }

    private void firecracker(long pid) throws IOException {
        process(pid, "firecracker", "/dev/kvm", "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0", "anon_inode:kvm-vcpu:1");
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
        assertThat(Inventory.load().connectors()).hasAtLeastOneElementOfType(KvmConnector.class);
        assertThat(connector.name()).isEqualTo("kvm");
    }

    @Test
    void knowsProcessesByTheirDescriptors() throws IOException {
        firecracker(4711);
        process(4712, "bash", "/dev/kvm", "/dev/pts/0");
        process(4713, "crosvm", "anon_inode:kvm-vm", "anon_inode:[kvm-gmem]");
        Files.createDirectories(root.resolve("4714"));

        assertThat(connector.targets())
                .containsExactly(
                        new AvailableTarget(
                                "4711",
                                "firecracker",
                                "firecracker, KVM, 2 processors",
                                null,
                                "its mappings, layout by page tables"),
                        new AvailableTarget(
                                "4713",
                                "crosvm",
                                "crosvm, KVM, 0 processors",
                                null,
                                "its mappings; private memory of the guest cannot be reached"));
        assertThat(connector.recognises("4711")).isTrue();
        assertThat(connector.recognises("4712")).isFalse();
        assertThat(connector.recognises("firecracker")).isFalse();
        assertThat(connector.recognises("99999999999")).isFalse();
        assertThat(new KvmConnector(new ProcFs(root.resolve("missing"))).targets())
                .isEmpty();
    }

    @Test
    void namesTheProcessesThereAre() throws IOException {
        expectRefusal(PluginArguments.NONE, ErrorKind.TARGET_NOT_FOUND, "No process that this user sees");
        firecracker(4711);
        firecracker(4712);
        expectRefusal(PluginArguments.NONE, ErrorKind.TARGET_NOT_FOUND, "4711", "4712");
        expectRefusal(PluginArguments.ofTarget("firecracker"), ErrorKind.TARGET_NOT_FOUND, "2 processes", "4712");
        expectRefusal(PluginArguments.ofTarget("lkvm"), ErrorKind.TARGET_NOT_FOUND, "lkvm", "firecracker (pid 4711)");
    }

    @Test
    void refusesAProcessWithoutMemoryForAMachine() throws IOException {
        firecracker(4711);
        Files.writeString(root.resolve("4711/maps"), "7f0000000000-7f0000001000 rw-p 00000000 00:00 0\n");

        expectRefusal(
                PluginArguments.ofTarget("4711"), ErrorKind.NOT_SUPPORTED, "firecracker (pid 4711)", "maps nothing");
    }

    @Test
    void refusesWaysThatDoNotExist() throws IOException {
        firecracker(4711);
        expectRefusal(
                new PluginArguments(Optional.empty(), Map.of("memory", "magic")), ErrorKind.ARG_VALIDATION, "magic");
    }
}
