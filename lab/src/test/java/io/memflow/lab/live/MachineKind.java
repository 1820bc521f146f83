package io.memflow.lab.live;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.guest.host.HostProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Machines whose RAM lies in different ways. */
enum MachineKind {
    /** RAM split at 2 GiB. */
    Q35_5G(HostProgram.QEMU, "-M q35,memory-backend=ram0 -m 5G -object memory-backend-memfd,id=ram0,size=5G,share=on"),
    /** RAM split at 3 GiB; private memory of the process. */
    PC_5G(HostProgram.QEMU, "-M pc -m 5G"),
    /** RAM split where the command line says. */
    PC_BELOW_1G(HostProgram.QEMU, "-M pc,max-ram-below-4g=1G -m 3G"),
    Q35_BELOW_1G(HostProgram.QEMU, "-M q35,max-ram-below-4g=1G -m 3G"),
    /** Two blocks, one of them shared: the second lies on both sides of the split. */
    TWO_NODES(
            HostProgram.QEMU,
            "-M q35 -m 4G -smp 2 -object memory-backend-memfd,id=n0,size=1G,share=on -object memory-backend-ram,id=n1,size=3G"
                    + " -numa node,nodeid=0,memdev=n0,cpus=0 -numa node,nodeid=1,memdev=n1,cpus=1"),
    /** Two blocks in memfds, so that both are mapped in place. */
    TWO_SHARED_NODES(
            HostProgram.QEMU,
            "-M pc -m 4G -smp 2 -object memory-backend-memfd,id=n0,size=1536M,share=on"
                    + " -object memory-backend-memfd,id=n1,size=2560M,share=on"
                    + " -numa node,nodeid=0,memdev=n0,cpus=0 -numa node,nodeid=1,memdev=n1,cpus=1"),
    /** A memory module plugged in while the machine is there. */
    HOT_PLUGGED(HostProgram.QEMU, "-M q35 -m 1G,slots=2,maxmem=4G"),
    MICROVM(HostProgram.QEMU, "-M microvm -m 4G"),
    ARM64(HostProgram.QEMU_ARM64, "-M virt -cpu cortex-a57 -m 2G"),
    RISCV64(HostProgram.QEMU_RISCV64, "-M virt -bios none -m 2G");

    private final HostProgram emulator;
    private final String words;

    MachineKind(HostProgram emulator, String words) {
        this.emulator = emulator;
        this.words = words;
    }

    HostProgram emulator() {
        return emulator;
    }

    List<String> words() {
        return Arrays.asList(words.split(" "));
    }

    /** How many runs of RAM it must have at least, beside what firmware cuts out below 1 MiB. */
    long ramBytes() {
        return switch (this) {
            case Q35_5G, PC_5G -> 5L << 30;
            case PC_BELOW_1G, Q35_BELOW_1G -> 3L << 30;
            case TWO_NODES, TWO_SHARED_NODES, MICROVM -> 4L << 30;
            case HOT_PLUGGED -> 3L << 29;
            case ARM64, RISCV64 -> 2L << 30;
        };
    }

    /** What is done to the machine before it is looked at. */
    void prepare(QmpClient control) {
        if (this == HOT_PLUGGED) {
            Object _ = control.execute(
                    "object-add", Map.of("qom-type", "memory-backend-ram", "id", "mem1", "size", 512L << 20));
            Object _ = control.execute("device_add", Map.of("driver", "pc-dimm", "id", "dimm1", "memdev", "mem1"));
        }
    }
}
