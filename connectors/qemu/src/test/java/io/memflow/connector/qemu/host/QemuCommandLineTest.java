package io.memflow.connector.qemu.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QemuCommandLineTest {
    private static QemuCommandLine parse(String... arguments) {
        List<String> all = new ArrayList<>(List.of("qemu-system-x86_64"));
        all.addAll(List.of(arguments));
        return QemuCommandLine.parse(all);
    }

    @Test
    void readsAMachineStartedByHand() {
        QemuCommandLine line = parse(
                "-nodefaults",
                "-M",
                "q35,memory-backend=ram0",
                "-m",
                "96M",
                "-name",
                "vm1",
                "-S",
                "-qmp",
                "unix:/run/vm1/qmp.sock,server=on,wait=off",
                "-append",
                "console=ttyS0 quiet");

        assertThat(line.name()).contains("vm1");
        assertThat(line.machineType()).contains("q35");
        assertThat(line.ramBytes()).hasValue(96L << 20);
        assertThat(line.maxRamBelow4G()).isEmpty();
        assertThat(line.monitorSockets()).containsExactly("/run/vm1/qmp.sock");
        assertThat(line.hasMemoryModules()).isFalse();
        assertThat(line.ramBlocks()).containsExactly(96L << 20);
        assertThat(line.readsConfigurationFile()).isFalse();
    }

    @Test
    void readsAMachineStartedByLibvirt() {
        QemuCommandLine line = parse(
                "-name",
                "guest=web 1,debug-threads=on",
                "-S",
                "-object",
                "{\"qom-type\":\"secret\",\"id\":\"masterKey0\",\"format\":\"raw\"}",
                "-machine",
                "pc-q35-7.2,usb=off,dump-guest-core=off,memory-backend=pc.ram",
                "-m",
                "size=4194304k,slots=16,maxmem=8388608k",
                "-object",
                "{\"qom-type\":\"memory-backend-ram\",\"id\":\"pc.ram\",\"size\":4294967296}",
                "-chardev",
                "socket,id=charmonitor,fd=33,server=on,wait=off",
                "-mon",
                "chardev=charmonitor,id=monitor,mode=control");

        assertThat(line.name()).contains("web 1");
        assertThat(line.machineType()).contains("pc-q35-7.2");
        assertThat(line.ramBytes()).hasValue(4L << 30);
        assertThat(line.monitorSockets()).isEmpty();
    }

    @Test
    void readsAMachineStartedByProxmox() {
        QemuCommandLine line = parse(
                "-id",
                "101",
                "-name",
                "db,debug-threads=on",
                "-no-shutdown",
                "-chardev",
                "socket,id=qmp,path=/var/run/qemu-server/101.qmp,server=on,wait=off",
                "-mon",
                "chardev=qmp,mode=control",
                "-chardev",
                "socket,id=qmp-event,path=/var/run/qmeventd.sock,reconnect=5",
                "-mon",
                "chardev=qmp-event,mode=control",
                "-m",
                "2048",
                "-machine",
                "type=pc+pve0");

        assertThat(line.name()).contains("db");
        assertThat(line.machineType()).contains("pc+pve0");
        assertThat(line.ramBytes()).hasValue(2L << 30);
        // The second one QEMU connects to by itself, so nobody can connect to it.
        assertThat(line.monitorSockets()).containsExactly("/var/run/qemu-server/101.qmp");
    }

    @Test
    void findsMonitorsInEveryForm() {
        assertThat(parse("-qmp", "unix:a.sock,server,nowait").monitorSockets()).containsExactly("a.sock");
        assertThat(parse("--qmp-pretty", "unix:/x,,y,server=on").monitorSockets())
                .containsExactly("/x,y");
        assertThat(parse("-chardev", "socket,path=/p,server=on,id=c", "-qmp", "chardev:c")
                        .monitorSockets())
                .containsExactly("/p");
        assertThat(parse(
                                "-chardev",
                                "{\"backend\":\"socket\",\"id\":\"c\",\"path\":\"/p\",\"server\":true}",
                                "-mon",
                                "c,mode=control")
                        .monitorSockets())
                .containsExactly("/p");
    }

    @Test
    void passesByWhatIsNoListeningQmpMonitor() {
        assertThat(parse("-qmp", "unix:/x").monitorSockets()).isEmpty();
        assertThat(parse("-qmp", "tcp:127.0.0.1:4444,server=on").monitorSockets())
                .isEmpty();
        assertThat(parse("-qmp", "stdio").monitorSockets()).isEmpty();
        assertThat(parse("-monitor", "unix:/hmp,server=on").monitorSockets()).isEmpty();
        assertThat(parse("-chardev", "socket,path=/p,server=on,id=c", "-mon", "c")
                        .monitorSockets())
                .isEmpty();
        assertThat(parse("-qmp", "unix:/x,server=on,abstract=on").monitorSockets())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "128, 134217728",
        "1G, 1073741824",
        "1.5G, 1610612736",
        "96m, 100663296",
        "0x10, 16384",
        "4194304k, 4294967296",
        "1001k, 1032192"
    })
    void readsRamSizes(String text, long bytes) {
        // 0x10 has no unit for QEMU either; it rounds any size up to 8 KiB.
        long expected = text.startsWith("0x") ? 8192 : bytes;
        assertThat(parse("-m", text).ramBytes()).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource({"''", "x", "-1", "1e3", "99999999999G", "1..5G", "G"})
    void leavesUnknownSizesOut(String text) {
        assertThat(parse("-m", text).ramBytes()).isEmpty();
    }

    @Test
    void knowsTheDefaults() {
        QemuCommandLine line = parse();

        assertThat(line.name()).isEmpty();
        assertThat(line.machineType()).isEmpty();
        assertThat(line.ramBytes()).hasValue(128L << 20);
    }

    @Test
    void seesWhatMakesTheLayoutUncertain() {
        assertThat(parse("-device", "pc-dimm,memdev=m").hasMemoryModules()).isTrue();
        assertThat(parse("-device", "{\"driver\":\"virtio-mem-pci\",\"memdev\":\"m\"}")
                        .hasMemoryModules())
                .isTrue();
        assertThat(parse("-readconfig", "vm.cfg").readsConfigurationFile()).isTrue();
        assertThat(parse("-M", "q35,max-ram-below-4g=1G").maxRamBelow4G()).hasValue(1L << 30);
    }

    @Test
    void knowsTheBlocksOfNodesInTheirOrder() {
        String first = "memory-backend-ram,id=a,size=1G";
        String second = "memory-backend-file,id=b,size=512M,mem-path=/dev/shm/b";

        assertThat(parse("-object", first, "-object", second, "-numa", "node,memdev=a", "-numa", "node,memdev=b")
                        .ramBlocks())
                .containsExactly(1L << 30, 512L << 20);
        assertThat(parse(
                                "-object",
                                first,
                                "-object",
                                second,
                                "-numa",
                                "node,nodeid=1,memdev=a",
                                "-numa",
                                "node,nodeid=0,memdev=b")
                        .ramBlocks())
                .containsExactly(512L << 20, 1L << 30);
        assertThat(parse("-object", first, "-numa", "node,memdev=a", "-numa", "node,memdev=gone")
                        .ramBlocks())
                .isEmpty();
        assertThat(parse("-m", "64M", "-numa", "node,cpus=0").ramBlocks()).containsExactly(64L << 20);
    }

    @Test
    void takesTheSizeFromTheBackendWhereNoneIsGiven() {
        assertThat(parse("-object", "memory-backend-memfd,id=r,size=3G", "-M", "q35,memory-backend=r")
                        .ramBytes())
                .hasValue(3L << 30);
        assertThat(parse("-M", "q35,memory-backend=r").ramBytes()).isEmpty();
    }

    @Test
    void laterOptionsOverrideEarlierOnes() {
        QemuCommandLine line = parse("-machine", "pc", "-machine", "type=q35", "-m", "1G", "-m", "2G");

        assertThat(line.machineType()).contains("q35");
        assertThat(line.ramBytes()).hasValue(2L << 30);
    }

    @Test
    void anythingCanBeAnArgument() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "-mMqunixp:=,{}\"[]0kG. ";
        List<String> options = List.of("-m", "-M", "-qmp", "-mon", "-chardev", "-name", "-numa", "-device");
        for (int round = 0; round < 5000; round++) {
            List<String> arguments = new ArrayList<>(List.of("qemu"));
            for (int i = random.nextInt(6); i > 0; i--) {
                arguments.add(options.get(random.nextInt(options.size())));
                StringBuilder value = new StringBuilder(random.nextInt(4) == 0 ? "{" : "");
                for (int c = random.nextInt(12); c > 0; c--) {
                    value.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                arguments.add(value.toString());
            }
            QemuCommandLine line = QemuCommandLine.parse(arguments);
            assertThat(line.monitorSockets()).as("seed %d", seed).isNotNull();
            assertThat(line.ramBytes().orElse(1)).as("seed %d", seed).isNotNegative();
            line.hasMemoryModules();
            line.ramBlocks();
        }
    }
}
