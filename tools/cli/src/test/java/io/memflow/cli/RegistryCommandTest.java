package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.RegistryHiveInfo;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.core.os.ServiceInfo;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RegistryCommandTest {
    private static final Instant TIME = Instant.parse("2020-01-01T00:00:00.5Z");
    private static final String KEY = "\\REGISTRY\\MACHINE\\SYSTEM\\Select";

    private static FakeTarget target() {
        return new FakeTarget()
                .row(new RegistryHiveInfo(
                        0xffff8a0000010000L,
                        "\\REGISTRY\\MACHINE\\SYSTEM",
                        "\\SystemRoot\\system32\\config\\system",
                        "SYSTEM",
                        12L << 20,
                        4096L,
                        TIME,
                        false,
                        FakeTarget.WHOLE))
                .row(new RegistryKeyInfo(KEY, TIME, null, 0, 2, RegistryKeyInfo.Kind.PLAIN, FakeTarget.WHOLE))
                .row(value("Current", 4, new byte[] {1, 0, 0, 0}))
                .row(value("", 1, "a\u001bb\0".getBytes(StandardCharsets.UTF_16LE)))
                .row(value("raw", 3, new byte[33]))
                .row(new ServiceInfo(
                        "disk",
                        null,
                        ServiceInfo.Kind.KERNEL_DRIVER,
                        ServiceInfo.Start.BOOT,
                        "disk.sys",
                        null,
                        null,
                        TIME,
                        FakeTarget.WHOLE));
    }

    private static RegistryValueInfo value(String name, long type, byte[] data) {
        return new RegistryValueInfo(KEY, name, type, MemorySegment.ofArray(data), FakeTarget.WHOLE);
    }

    @Test
    void hivesAndKeys() {
        assertThat(Run.of(target(), "registry", "image").out()).isEqualTo("""
                        ROOT                        SIZE  VOLATILE  STATE  WRITTEN               FILE
                        \\REGISTRY\\MACHINE\\SYSTEM  12 MiB     4 KiB  clean  2020-01-01 00:00:00Z  \\SystemRoot\\system32\\config\\system
                        """);
        assertThat(Run.of(target(), "registry", "--json", "\\REGISTRY\\MACHINE\\SYSTEM", "image")
                        .out())
                .isEqualTo("""
                        {"path":"\\\\REGISTRY\\\\MACHINE\\\\SYSTEM\\\\Select","kind":"plain","class":null,"keys":0,\
                        "values":2,"last_written":"2020-01-01T00:00:00.500Z","sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void valuesAreHarmlessOnATerminal() {
        assertThat(Run.of(target(), "registry", "--values", KEY, "image").out()).isEqualTo("""
                        NAME       TYPE        BYTES  DATA
                        Current    REG_DWORD       4  1
                        (default)  REG_SZ          8  a\\x1bb
                        raw        REG_BINARY     33  0000000000000000000000000000000000000000000000000000000000000000...
                        """);
        assertThat(Run.of(target(), "registry", "--values", "--json", KEY, "image")
                        .out()
                        .lines()
                        .findFirst())
                .hasValue("""
                        {"key":"\\\\REGISTRY\\\\MACHINE\\\\SYSTEM\\\\Select","name":"Current","type":"REG_DWORD",\
                        "number":1,"data":"01000000","sources":["task-list"],"complete":true}""");
        assertThat(Run.of(target(), "registry", "--values", "image").status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void services() {
        assertThat(Run.of(target(), "services", "image").out()).isEqualTo("""
                        NAME  KIND           START  ACCOUNT  PROGRAM   LIBRARY
                        disk  kernel-driver  boot   -        disk.sys  -
                        """);
    }
}
