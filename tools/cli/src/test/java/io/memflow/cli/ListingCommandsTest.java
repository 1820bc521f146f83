package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingCommandsTest {
    private static FakeTarget target() {
        return new FakeTarget()
                .process(1, "init", "/sbin/init", "--quiet")
                .add(new ProcessInfo(
                        0xffff88800123a000L,
                        2,
                        0,
                        "kthreadd",
                        ProcessInfo.Kind.KERNEL,
                        TaskState.SLEEPING,
                        null,
                        1,
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        FakeTarget.WHOLE))
                .thread(1, 1, "init")
                .thread(1, 71, "worker")
                .thread(2, 2, "kthreadd")
                .add(new ModuleInfo(0xffffffffc0403000L, "ext4", 0xffffffffc0400000L, 983040L, FakeTarget.WHOLE))
                .add(new MemoryRegion(0x400000, 0x402000, "r-xp", 0x1000, "/bin/busybox", 11, FakeTarget.WHOLE))
                .add(new MemoryRegion(0x7ffc0000L, 0x7ffe1000L, "rw-p", 0, "[stack]", 0, FakeTarget.WHOLE))
                .add(new MemoryRegion(0x7fff0000L, 0x7fff1000L, "rw-p", 0, null, 0, FakeTarget.WHOLE))
                .variable("HOME", "/root")
                .variable("EMPTY", "");
    }

    @Test
    void psPrintsATable() {
        Run run = Run.of(target(), "ps", "image");
        assertThat(run.out()).isEqualTo("""
                        PID  PPID   UID  S  THREADS  STARTED               NAME      COMMAND
                          1     0  1000  S        2  2026-11-23 13:50:01Z  init      /sbin/init --quiet
                          2     0     -  S        1  -                     kthreadd  -
                        """);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
    }

    @Test
    void psPrintsJsonLines() {
        Run run = Run.of(target(), "ps", "--json", "image");
        assertThat(run.out()).isEqualTo("""
                        {"pid":1,"ppid":0,"name":"init","state":"S","kind":"user","uid":1000,"gid":100,"euid":1001,\
                        "egid":101,"threads":2,"path":"/bin/init","command_line":"/sbin/init --quiet",\
                        "arguments":["/sbin/init","--quiet"],"start_time":"2026-11-23T13:50:01.250Z",\
                        "start_since_boot":1.5,"address":"0xffff88800123c000","dtb":"0x3c7a000",\
                        "sources":["task-list"],"complete":true}
                        {"pid":2,"ppid":0,"name":"kthreadd","state":"S","kind":"kernel","uid":null,"gid":null,\
                        "euid":null,"egid":null,"threads":1,"path":null,"command_line":null,"arguments":[],\
                        "start_time":null,"start_since_boot":null,"address":"0xffff88800123a000","dtb":null,\
                        "sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void threadsListsAllTasksWithoutAProcess() {
        assertThat(Run.of(target(), "threads", "image").out()).isEqualTo("""
                        PID  TID  S  ADDRESS             NAME
                          1    1  R  0xffff888001200001  init
                          1   71  R  0xffff888001200047  worker
                          2    2  R  0xffff888001200002  kthreadd
                        """);
    }

    @Test
    void threadsListsThoseOfOneProcess() {
        assertThat(Run.of(target(), "threads", "--json", "2", "image").out()).isEqualTo("""
                        {"pid":2,"tid":2,"name":"kthreadd","state":"R","address":"0xffff888001200002",\
                        "start":null,"entry":null,"block":null,"kernel_stack_low":null,"kernel_stack_high":null,\
                        "user_stack_low":null,"user_stack_high":null,"start_time":null,"exit_time":null,\
                        "sources":["task-list"],"complete":true}
                        """);
        assertThat(Run.of(target(), "threads", "1", "-c", "fake:x").out()).contains("worker");
    }

    @Test
    void modulesPrintsBothForms() {
        assertThat(Run.of(target(), "modules", "image").out()).isEqualTo("""
                        BASE                   SIZE  ADDRESS             NAME  FILE
                        0xffffffffc0400000  960 KiB  0xffffffffc0403000  ext4
                        """);
        assertThat(Run.of(target(), "modules", "--json", "image").out()).isEqualTo("""
                        {"name":"ext4","path":null,"base":"0xffffffffc0400000","size":983040,"address":"0xffffffffc0403000",\
                        "presence":"loaded","sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void mapsPrintsBothForms() {
        assertThat(Run.of(target(), "maps", "1", "image").out()).isEqualTo("""
                             START         END  PERMS     SIZE  OFFSET  INODE  FILE
                          0x400000    0x402000  r-xp     8 KiB  0x1000     11  /bin/busybox
                        0x7ffc0000  0x7ffe1000  rw-p   132 KiB     0x0      0  [stack]
                        0x7fff0000  0x7fff1000  rw-p     4 KiB     0x0      0
                        """);
        assertThat(Run.of(target(), "maps", "1", "image", "--json").out())
                .startsWith("""
                        {"pid":1,"start":"0x400000","end":"0x402000","perms":"r-xp","offset":4096,\
                        "file":"/bin/busybox","inode":11,"address":null,"allocation":null,\
                        "protection":null,"committed_pages":null,"sources":["task-list"],"complete":true}
                        """)
                .endsWith("\"file\":null,\"inode\":0,\"address\":null,\"allocation\":null,\"protection\":null,"
                        + "\"committed_pages\":null,\"sources\":[\"task-list\"],\"complete\":true}\n");
    }

    @Test
    void envPrintsBothForms() {
        assertThat(Run.of(target(), "env", "1", "image").out()).isEqualTo("HOME=/root\nEMPTY=\n");
        assertThat(Run.of(target(), "env", "--json", "1", "image").out()).isEqualTo("""
                        {"pid":1,"name":"HOME","value":"/root"}
                        {"pid":1,"name":"EMPTY","value":""}
                        """);
    }

    @Test
    void closesTheTargetOnceWhateverHappens() {
        FakeTarget target = target();
        Run.of(target, "ps", "image");
        assertThat(target.closings()).isEqualTo(1);
        Run.of(target, "maps", "99", "image");
        assertThat(target.closings()).isEqualTo(1);
    }

    @Test
    void passesTheChainOnAsWritten() {
        FakeTarget target = target();
        Run run = Run.of(target, "ps", "-c", "fake:'a:b':base=0x40000000", "-o", "toy");
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(target.connections().getFirst().target()).contains("a:b");
        assertThat(target.connections().getFirst().address("base")).hasValue(0x40000000L);
    }
}
