package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.DeviceInfo;
import io.memflow.core.os.DriverInfo;
import io.memflow.core.os.DriverInfo.Handler;
import io.memflow.core.os.DriverInfo.Routine;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriverCommandsTest {
    private static final long DRIVER = 0xffffe00000300030L;
    private static final long DEVICE = 0xffffe00000301030L;
    private static final long FILTER = 0xffffe00000302030L;

    private static FakeTarget target() {
        return new FakeTarget()
                .row(new DriverInfo(
                        DRIVER,
                        "\\Driver\\di\u001bsk",
                        "disk",
                        0xfffff80080010000L,
                        0xC000L,
                        "disk.sys",
                        new Routine(0xfffff80080011040L, "disk.sys"),
                        null,
                        null,
                        List.of(
                                new Handler(DriverInfo.Function.CREATE, new Routine(0xfffff80080011100L, "disk.sys")),
                                new Handler(
                                        DriverInfo.Function.DEVICE_CONTROL, new Routine(0xffffe00000800040L, null))),
                        List.of(DEVICE),
                        FakeTarget.WHOLE))
                .row(new DeviceInfo(
                        DEVICE,
                        "\\Device\\DR0",
                        DRIVER,
                        "\\Driver\\disk",
                        7L,
                        "disk",
                        1,
                        FILTER,
                        null,
                        null,
                        FakeTarget.WHOLE))
                .row(new DeviceInfo(
                        FILTER,
                        null,
                        null,
                        null,
                        0x8001L,
                        null,
                        2,
                        null,
                        DEVICE,
                        null,
                        FakeTarget.lacking("DriverObject", "not present")));
    }

    @Test
    void driversNameHandlersOutsideOfModulesAndAreHarmlessOnATerminal() {
        assertThat(Run.of(target(), "drivers", "image").out()).isEqualTo("""
                        ADDRESS             BASE                  SIZE  NAME              MODULE    DEVICES  OUTSIDE MODULES
                        0xffffe00000300030  0xfffff80080010000  48 KiB  \\Driver\\di\\x1bsk  disk.sys        1  device-control 0xffffe00000800040
                        """);
        assertThat(Run.of(target(), "drivers", "--json", "image").out()).isEqualTo("""
                        {"name":"\\\\Driver\\\\di\\u001Bsk","service":"disk","base":"0xfffff80080010000","size":49152,\
                        "module":"disk.sys","initialize":"0xfffff80080011040","initialize_module":"disk.sys",\
                        "start_io":null,"start_io_module":null,"unload":null,"unload_module":null,\
                        "handlers":[{"function":"create","address":"0xfffff80080011100","module":"disk.sys"},\
                        {"function":"device-control","address":"0xffffe00000800040","module":null}],\
                        "devices":["0xffffe00000301030"],"address":"0xffffe00000300030",\
                        "sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void devicesShowWhatTheyAreAttachedTo() {
        Run devices = Run.of(target(), "devices", "image");
        assertThat(devices.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(devices.out()).isEqualTo("""
                        ADDRESS             TYPE    DRIVER        NAME         ABOVE               BELOW
                        0xffffe00000301030  disk    \\Driver\\disk  \\Device\\DR0  0xffffe00000302030  -
                        0xffffe00000302030  0x8001  ?             ?            ?                   0xffffe00000301030
                        """);
        assertThat(Run.of(target(), "devices", "--json", "image").out().lines().findFirst())
                .hasValue("""
                        {"name":"\\\\Device\\\\DR0","driver":"0xffffe00000300030","driver_name":"\\\\Driver\\\\disk",\
                        "type":7,"type_name":"disk","stack_size":1,"above":"0xffffe00000302030","below":null,"next":null,\
                        "address":"0xffffe00000301030","sources":["task-list"],"complete":true}""");
    }
}
