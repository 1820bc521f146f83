package io.memflow.os.nativelinux;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TaskState;
import io.memflow.os.nativelinux.memory.Writes;
import io.memflow.os.nativelinux.proc.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files that this machine's own kernel may not have, and such that no kernel writes. */
@EnabledOnOs(OS.LINUX)
class MadeUpKernelTest {
    @TempDir
    private Path folder;

    private Roots roots;
    private NativeSystem system;

    @BeforeEach
    void files() throws IOException {
        roots = new Roots(folder.resolve("proc"), folder.resolve("sys"), folder.resolve("dev"));
        write("proc/stat", "cpu 1 2 3\nbtime 1700000000\n");
        write("proc/self/status", "Name:\tx\nUid:\t5\t5\t5\t5\n");
        write("proc/self/mountinfo", "25 1 0:5 / " + roots.proc() + " rw - proc proc rw,gid=7,hidepid=invisible\n");
        system = new NativeSystem(roots, Writes.NONE);
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void process(int pid, String stat, String status) throws IOException {
        write("proc/" + pid + "/stat", stat);
        write("proc/" + pid + "/status", status);
        write("proc/" + pid + "/cmdline", "a\0\0b\0");
    }

    private static String stat(String name, String state) {
        return "7 (" + name + ") " + state + " 1 7 7 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 3 0 250 1 1\n";
    }

    @Test
    void namesOfProcessesMayHoldAnything() throws IOException {
        process(7, stat("a) R 99 (b", "S"), "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n");
        ProcessInfo row = system.processes().rows().getFirst();
        assertThat(row.name()).isEqualTo("a) R 99 (b");
        assertThat(row.state()).isEqualTo(TaskState.SLEEPING);
        assertThat(row.threads()).isEqualTo(3);
        assertThat(row.arguments()).containsExactly("a", "", "b");
        assertThat(row.startSinceBoot()).hasMillis(2500);
        assertThat(row.startTime()).hasToString("2023-11-14T22:13:22.500Z");
        assertThat(Objects.requireNonNull(row.credentials()).effectiveGid()).isEqualTo(6);
    }

    @Test
    void whatIsNoProcessIsNoRow() throws IOException {
        process(7, "7 no parentheses", "");
        process(8, "8 (x) S 1 2", "");
        process(9, stat("x", "S").replace("250", "2x0"), "");
        Files.createDirectories(folder.resolve("proc/10"));
        assertThat(system.processes().rows()).isEmpty();
        assertThat(system.processes().missing())
                .singleElement()
                .satisfies(part -> assertThat(part.why()).contains("hidepid=invisible", "gid="));
    }

    @Test
    void aDamagedStatusCostsItsFieldsOnly() throws IOException {
        process(7, stat("x", "Q"), "Uid:\tone\n");
        ProcessInfo row = system.processes().rows().getFirst();
        assertThat(row.state()).isEqualTo(TaskState.UNKNOWN);
        assertThat(row.credentials()).isNull();
        assertThat(row.provenance().missing()).extracting(part -> part.what()).containsExactly("status");
    }

    @Test
    void modulesComeFromBothFileSystems() throws IOException {
        write("proc/modules", """
                loop 40960 2 zram,nbd, Live 0xffffffffc0200000 (OE)
                nbd 8192 0 - Unloading 0x0000000000000000
                broken line
                """);
        write("sys/module/loop/version", "1.2\n");
        write("sys/module/loop/srcversion", "ABC\n");
        write("sys/module/loop/parameters/max_loop", "8\n");
        write("sys/module/loop/sections/.text", "0xffffffffc0200000\n");
        write("sys/module/loop/notes/.note.gnu.build-id", "\4\0\0\0\2\0\0\0\3\0\0\0GNU\0\1\2");
        Listing<ModuleInfo> modules = system.modules();
        assertThat(modules.missing()).hasSize(1);
        assertThat(modules.rows()).extracting(ModuleInfo::name).containsExactly("loop", "nbd");
        assertThat(modules.rows().getFirst().base()).isEqualTo(0xffffffffc0200000L);
        assertThat(modules.rows().getLast().base()).isNull();
        assertThat(modules.rows().getLast().provenance().isComplete()).isFalse();
        ModuleDetails loop = system.moduleDetails().rows().getFirst();
        assertThat(loop.identity()).isEqualTo("0102");
        assertThat(loop.users()).containsExactly("zram", "nbd");
        assertThat(loop.references()).isEqualTo(2);
        assertThat(loop.taint()).isEqualTo("OE");
        assertThat(loop.version()).isEqualTo("1.2");
        assertThat(loop.parameters()).containsExactly("max_loop=8");
        var module = system.module("0xffffffffc0200000").orElseThrow();
        assertThat(module.sections().rows()).extracting(row -> row.name()).containsExactly(".text");
        assertThat(module.imports().missing()).hasSize(1);
        assertThat(system.module("ext4")).isEmpty();
    }

    @Test
    void aKernelWithoutModulesHasNone() {
        assertThat(system.modules().isComplete()).isTrue();
    }

    @Test
    void hiddenSymbolsAreADefectAndNoSymbols() throws IOException {
        write("proc/kallsyms", "0000000000000000 T _text\n0000000000000000 t helper\t[loop]\n");
        assertThat(system.symbols().size()).isZero();
        assertThat(system.symbols().defects().getFirst()).contains("kptr_restrict");
        write("proc/kallsyms", "ffffffff81000000 T _text\nffffffffc0200010 t helper\t[loop]\nnonsense\n");
        assertThat(system.symbols().address("helper")).hasValue(0xffffffffc0200010L);
        assertThat(system.symbols().nearest(0xffffffffc0200020L).orElseThrow().module())
                .isEqualTo("loop");
        assertThat(system.symbols().defects().getFirst()).startsWith("1 lines");
    }

    @Test
    void socketsOfEveryFamilyAreRead() throws IOException {
        process(7, stat("x", "S"), "");
        Files.createDirectories(folder.resolve("proc/7/fd"));
        Files.createSymbolicLink(folder.resolve("proc/7/fd/3"), Path.of("socket:[77]"));
        Files.createDirectories(folder.resolve("proc/7/ns"));
        Files.createSymbolicLink(folder.resolve("proc/7/ns/net"), Path.of("net:[4026531840]"));
        write("proc/7/net/tcp", """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     5        0 77 1 0 100 0 0 10 0
                   1: 0100007F:1F90 0200007F:C350 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0
                   2: nonsense
                """);
        write("proc/7/net/tcp6", """
                  sl
                   0: 00000000000000000000000001000000:0016 B80D0120000000000000000007000000:0400 01 0:0 0:0 0 5 0 78 1
                """);
        write("proc/7/net/unix", """
                Num       RefCount Protocol Flags    Type St Inode Path
                0000000000000000: 00000002 00000000 00010000 0001 01 79 /run/a b
                0000000000000000: 00000003 00000000 00000000 0002 01 80
                """);
        List<SocketInfo> rows = system.sockets().rows();
        assertThat(system.sockets().missing()).extracting(part -> part.what()).containsExactly("row of tcp");
        assertThat(rows).hasSize(5);
        assertThat(rows.getFirst().local()).isEqualTo(new SocketInfo.Endpoint("127.0.0.1", 8080));
        assertThat(rows.getFirst().remote()).isNull();
        assertThat(rows.getFirst().holders()).containsExactly(7);
        assertThat(rows.getFirst().namespace()).isEqualTo(4026531840L);
        assertThat(rows.get(1).state()).isEqualTo(SocketInfo.State.TIME_WAIT);
        assertThat(rows.get(1).uid()).isNull();
        assertThat(rows.get(2).local()).isEqualTo(new SocketInfo.Endpoint("::1", 22));
        assertThat(rows.get(2).remote()).isEqualTo(new SocketInfo.Endpoint("2001:db8::7", 1024));
        assertThat(rows.get(3).state()).isEqualTo(SocketInfo.State.LISTEN);
        assertThat(Objects.requireNonNull(rows.get(3).local()).address()).isEqualTo("/run/a b");
        assertThat(rows.get(4).protocol()).isEqualTo("dgram");
        assertThat(rows.get(4).local()).isNull();
    }

    @Test
    void inputDevicesAreReadAndTheirKeysCounted() throws IOException {
        write("proc/bus/input/devices", """
                I: Bus=0011 Vendor=0001 Product=0002 Version=ab41
                N: Name="AT Keyboard"
                P: Phys=isa0060/serio0/input0
                B: EV=120013
                B: KEY=3 fffffffffffffffe

                """);
        var row = system.inputDevices().rows().getFirst();
        assertThat(row.name()).isEqualTo("AT Keyboard");
        assertThat(row.version()).isEqualTo(0xab41);
        assertThat(row.keys()).isEqualTo(65);
        assertThat(row.provenance().isComplete()).isFalse();
    }

    @Test
    void mountsKeepTheirEscapedNames() throws IOException {
        process(7, stat("x", "S"), "");
        Files.createDirectories(folder.resolve("proc/7/ns"));
        Files.createSymbolicLink(folder.resolve("proc/7/ns/mnt"), Path.of("mnt:[9]"));
        write("proc/7/mountinfo", "30 25 8:1 / /mnt/a\\040b rw,noatime shared:2 - ext4 /dev/x rw,errors=continue\nx\n");
        var mounts = system.mounts();
        assertThat(mounts.missing()).hasSize(1);
        var row = mounts.rows().getFirst();
        assertThat(row.mountPoint()).isEqualTo("/mnt/a b");
        assertThat(row.options()).containsExactly("rw", "noatime");
        assertThat(row.propagation()).containsExactly("shared:2");
        assertThat(row.namespace()).isEqualTo(9);
        assertThat(row.type()).isEqualTo("ext4");
    }
}
