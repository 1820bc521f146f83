package io.memflow.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostProgram;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
    private final GuestFolder folder = new GuestFolder(Path.of("/tmp/a,b"), Path.of("/dev/shm/x"));
    private final GuestConfiguration plain =
            GuestConfiguration.of("g1", Path.of("/boot/vmlinuz"), Path.of("/boot/initrd"));

    @BeforeEach
    void needsQemu() {
        assumeTrue(HostProgram.QEMU.find().isPresent(), "QEMU is not installed");
    }

    @Test
    void ramGoesWhereTheConfigurationSays() {
        assertThat(words(plain))
                .contains("memory-backend-file,share=on,mem-path=/dev/shm/x/ram,id=ram0,size=128M")
                .contains("q35,memory-backend=ram0");
        assertThat(words(plain.withRamBacking(RamBacking.MEMFD)))
                .contains("memory-backend-memfd,share=on,id=ram0,size=128M");
        assertThat(words(plain.withRamBacking(RamBacking.ANONYMOUS_BACKEND)))
                .contains("memory-backend-ram,id=ram0,size=128M");
        assertThat(words(plain.withRamBacking(RamBacking.NONE).withMachine(Machine.PC)))
                .doesNotContain("-object")
                .containsSequence("-machine", "pc");
    }

    @Test
    void aMonitorThatIsOffIsNotOnTheCommandLine() {
        assertThat(words(plain)).contains("-qmp");
        assertThat(words(plain.withMonitor(Monitor.OFF))).doesNotContain("-qmp");
    }

    @Test
    void commasInPathsAreDoubled() {
        assertThat(words(plain)).contains("file,id=console,path=/tmp/a,,b/console.log");
    }

    @Test
    void kernelArgumentsFollowOurOwn() {
        assertThat(words(plain.withKernelArguments("pti=on")))
                .containsSequence("-append", "console=ttyS0 quiet panic=-1 pti=on");
    }

    @Test
    void eachArchitectureHasItsOwnEmulatorMachineAndConsole() {
        assumeTrue(HostProgram.QEMU_I386.find().isPresent(), "QEMU for i386 is not installed");
        GuestConfiguration i386 =
                GuestConfiguration.of("g2", GuestArchitecture.I386, Path.of("/boot/vmlinuz"), Path.of("/boot/initrd"));
        assertThat(words(i386))
                .contains(HostProgram.QEMU_I386.require().toString(), "pc,memory-backend=ram0", "max")
                .containsSequence("-append", "console=ttyS0 quiet panic=-1");
        GuestConfiguration arm =
                GuestConfiguration.of("g3", GuestArchitecture.ARM64, Path.of("/boot/vmlinuz"), Path.of("/boot/initrd"));
        assertThat(arm.machine()).isEqualTo(Machine.VIRT);
        assertThat(arm.cpu()).isEqualTo("cortex-a57");
    }

    @Test
    void whatAnArchitectureDoesNotHaveIsRefused() {
        GuestConfiguration arm =
                GuestConfiguration.of("g3", GuestArchitecture.ARM64, Path.of("/boot/vmlinuz"), Path.of("/boot/initrd"));
        assertThatThrownBy(() -> arm.withDebugPort(DebugPort.ON)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> arm.withMachine(Machine.PC)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plain.withMachine(Machine.VIRT)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void senselessConfigurationsAreRefused() {
        assertThatThrownBy(() -> plain.withMemoryMiB(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plain.withCpus(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GuestConfiguration.of("a,b", Path.of("k"), Path.of("i")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private List<String> words(GuestConfiguration configuration) {
        return QemuCommand.words(configuration, folder);
    }
}
