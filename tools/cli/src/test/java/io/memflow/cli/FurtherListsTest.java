package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.SocketInfo.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FurtherListsTest {
    private static FakeTarget target() {
        return new FakeTarget()
                .process(1, "init", "/sbin/init")
                .row(new HandleInfo(
                        0xffff888001230000L,
                        1,
                        3,
                        HandleInfo.Kind.EVENTFD,
                        "anon_inode:[eventfd]",
                        HandleInfo.Access.READ_WRITE,
                        0L,
                        2L,
                        9L,
                        FakeTarget.WHOLE))
                .row(new HandleInfo(
                        null, 7, 4, null, null, null, null, null, null, FakeTarget.lacking("path", "not present")))
                .row(new ProcessPlaces(1, "/sbin/init", "/", null, FakeTarget.WHOLE))
                .row(new SocketInfo(
                        0xffff888001240000L,
                        SocketInfo.Family.INET6,
                        "tcp",
                        SocketInfo.State.ESTABLISHED,
                        new Endpoint("::1", 80),
                        new Endpoint("2001:db8::7", 4242),
                        77L,
                        1000L,
                        4026531840L,
                        List.of(1, 9),
                        FakeTarget.WHOLE))
                .row(new MountInfo(
                        0xffff888001250000L,
                        4026531841L,
                        21,
                        1,
                        "8:1",
                        "/",
                        "/home",
                        "ext4",
                        "/dev/sda1",
                        List.of("rw", "nosuid"),
                        List.of("shared:2"),
                        List.of("rw"),
                        FakeTarget.WHOLE))
                .row(new LogRecord(
                        5,
                        Duration.ofMillis(1500),
                        LogRecord.Level.WARNING,
                        3,
                        "task 1",
                        null,
                        null,
                        "a \u001b[31mline",
                        FakeTarget.WHOLE))
                .row(new ProcessDetails(
                        1,
                        "init",
                        ProcessInfo.Kind.USER,
                        Map.of("mnt", 11L, "net", 12L),
                        List.of(1, 5),
                        List.of(new ProcessDetails.ControlGroup(0, "", "/system")),
                        new ProcessDetails.Capabilities(0, 3, 1, 7, 0),
                        null,
                        FakeTarget.WHOLE));
    }

    @Test
    void filesOfOneProcessAndOfAll() {
        assertThat(Run.of(target(), "files", "1", "image").out()).isEqualTo("""
                        PID  FD  KIND     ACCESS      POSITION  INODE  NAME
                          1   3  eventfd  read-write         0      9  anon_inode:[eventfd]
                        """);
        Run all = Run.of(target(), "files", "image");
        assertThat(all.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(all.out().lines()).hasSize(3).last().asString().contains("?");
        assertThat(Run.of(target(), "files", "--json", "1", "image").out()).isEqualTo("""
                        {"pid":1,"fd":3,"kind":"eventfd","type":null,"name":"anon_inode:[eventfd]","access":"read-write",\
                        "position":0,"flags":2,"inode":9,"address":"0xffff888001230000",\
                        "sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void placesAndMounts() {
        assertThat(Run.of(target(), "places", "image").out()).isEqualTo("""
                        PID  PROGRAM     CURRENT DIRECTORY  ROOT
                          1  /sbin/init  /                  -
                        """);
        assertThat(Run.of(target(), "mounts", "--json", "image").out()).isEqualTo("""
                        {"mnt_namespace":4026531841,"id":21,"parent":1,"device":"8:1","root":"/",\
                        "mount_point":"/home","type":"ext4","source":"/dev/sda1","options":["rw","nosuid"],\
                        "propagation":["shared:2"],"file_system_options":["rw"],"address":"0xffff888001250000",\
                        "sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void socketsNameTheirHolders() {
        assertThat(Run.of(target(), "sockets", "image").out()).isEqualTo("""
                        FAMILY  PROTOCOL  STATE        LOCAL     REMOTE               UID  INODE  PIDS
                        inet6   tcp       established  [::1]:80  [2001:db8::7]:4242  1000     77  1,9
                        """);
        assertThat(Run.of(target(), "sockets", "--json", "1", "image").out()).isEqualTo("""
                        {"family":"inet6","protocol":"tcp","state":"established","local_address":"::1",\
                        "local_port":80,"remote_address":"2001:db8::7","remote_port":4242,"inode":77,"uid":1000,\
                        "net_namespace":4026531840,"pids":[1,9],"address":"0xffff888001240000",\
                        "sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void dmesgIsHarmlessOnATerminal() {
        assertThat(Run.of(target(), "dmesg", "image").out()).isEqualTo("""
                         SECONDS  LEVEL    FACILITY  TEXT
                        1.500000  warning  daemon    a \\x1b[31mline
                        """);
    }

    @Test
    void detailsShowNamespacesAndCapabilities() {
        assertThat(Run.of(target(), "details", "--json", "1", "image").out()).isEqualTo("""
                        {"pid":1,"name":"init","kind":"user","pids":[1,5],"mnt_namespace":11,"net_namespace":12,\
                        "inheritable":"0000000000000000","permitted":"0000000000000003",\
                        "effective":"0000000000000001","bounding":"0000000000000007",\
                        "ambient":"0000000000000000","exit_code":null,"exit_time":null,"session":null,\
                        "user":null,"privileges":[],"disabled_privileges":[],"protection":null,"machine":null,\
                        "user_dtb":null,\
                        "control_groups":[{"hierarchy":0,"name":null,"path":"/system"}],\
                        "sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void structShowsALayoutAndValues() {
        assertThat(Run.of(target(), "struct", "pair", "image").out()).isEqualTo("""
                        OFFSET    SIZE  MEMBER    TYPE
                           0x0       2            struct pair
                           0x0       1    first   u8
                           0x1  3 bits    second  u8
                        """);
        assertThat(Run.of(target(), "struct", "pair", "0x1234", "image").out()).isEqualTo("""
                        OFFSET    SIZE  MEMBER    TYPE         VALUE
                           0x0       2            struct pair
                           0x0       1    first   u8           52
                           0x1  3 bits    second  u8           2
                        """);
        Run unknown = Run.of(target(), "struct", "pear", "image");
        assertThat(unknown.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(unknown.err()).contains("no type \"pear\"");
    }
}
