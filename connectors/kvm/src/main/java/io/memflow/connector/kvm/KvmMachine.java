package io.memflow.connector.kvm;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.layout.LayoutOutcome;
import io.memflow.host.layout.Processor;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.MachineRam;
import io.memflow.host.ram.RamWay;
import io.memflow.host.ram.ResidentPages;
import java.util.List;

/** The steps from a process of this machine that runs a machine with KVM to that machine's memory. Immutable. */
record KvmMachine(KvmProcess process, MachineRam ram) {
    private static final String REMEDY = "leave memory=shared away";

    /** The machine of a process. */
    static KvmMachine of(KvmProcess process, RamWay way) {
        return new KvmMachine(
                process,
                MachineRam.of(process.identity(), process.description(), way, ViewProperties.Access.READ_ONLY));
    }

    /**
     * Opens its memory.
     *
     * @throws MemflowException when no layout is confirmed, or several are that contradict each other
     */
    PhysicalMemory open() {
        LayoutChoice choice = new LayoutChoice(
                Processor.ofThisMachine(),
                ram.mappings(),
                ResidentPages.of(process.identity().procFs(), process.pid()),
                this::open);
        return switch (choice.run()) {
            case LayoutOutcome.Confirmed found -> open(found.pieces(), LayoutOutcome.SOURCE);
            case LayoutOutcome.Refused refused -> throw refusal(refused.found());
        };
    }

    private PhysicalMemory open(List<HostPiece> pieces, String layout) {
        return ram.open(pieces, layout, process.descriptors().defects(), REMEDY);
    }

    private MemflowException refusal(String found) {
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.NOT_SUPPORTED,
                "The memory layout of %s is not known for sure: %s. Wait until a 64-bit guest runs%s; a QEMU with a monitor can be asked by -c qemu:%d."
                        .formatted(
                                process.description(),
                                found,
                                process.descriptors().severalMachines(),
                                process.pid()));
    }
}
