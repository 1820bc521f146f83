package io.memflow.connector.kvm;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.layout.LayoutVerifier;
import io.memflow.host.layout.Processor;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.MachineRam;
import io.memflow.host.ram.RamWay;
import io.memflow.host.ram.ResidentPages;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The steps from a process that runs a machine with KVM to the machine's memory: which of its mappings are RAM, where each
 * lies in the machine, and the proof of that by the guest's own page tables. Immutable.
 *
 * @param ram what the process has
 */
record KvmMachine(KvmProcess process, MachineRam ram) {
    /** Findings that an error tells. */
    private static final int MOST_NAMED = 8;

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
        List<MemoryRun> runs = MemoryRun.of(ram.mappings());
        List<List<HostPiece>> layouts = KvmLayout.candidates(Processor.ofThisMachine(), runs);
        if (layouts.isEmpty()) {
            throw refusal("it maps nothing that can be the RAM of a machine of this processor");
        }
        List<List<HostPiece>> confirmed = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        for (List<HostPiece> layout : layouts) {
            LayoutVerifier.Verdict verdict = verify(layout);
            findings.add("%s: %s".formatted(words(layout), verdict));
            if (verdict.isConfirmed()) {
                confirmed.add(layout);
            }
        }
        return open(widest(confirmed, findings), "confirmed by page tables");
    }

    /** The one layout that is confirmed and has all that others have which are confirmed as well. */
    private List<HostPiece> widest(List<List<HostPiece>> confirmed, List<String> findings) {
        for (List<HostPiece> layout : confirmed) {
            if (confirmed.stream().allMatch(other -> holds(layout, other))) {
                return layout;
            }
        }
        String found = confirmed.isEmpty() ? "no layout of its mappings" : "several layouts of its mappings";
        throw refusal("page tables confirm %s (%s)"
                .formatted(found, String.join("; ", findings.subList(0, Math.min(MOST_NAMED, findings.size())))));
    }

    private static boolean holds(List<HostPiece> layout, List<HostPiece> other) {
        return other.stream()
                .allMatch(piece -> layout.stream()
                        .anyMatch(whole -> whole.physical() <= piece.physical()
                                && piece.physical() + piece.length() <= whole.physical() + whole.length()
                                && whole.host() - whole.physical() == piece.host() - piece.physical()));
    }

    private LayoutVerifier.Verdict verify(List<HostPiece> pieces) {
        ResidentPages resident = ResidentPages.of(process.identity().procFs(), process.pid());
        try (PhysicalMemory memory = open(pieces, "not confirmed")) {
            return new LayoutVerifier(memory, pieces, resident, Processor.ofThisMachine()).verify();
        }
    }

    private PhysicalMemory open(List<HostPiece> pieces, String layout) {
        List<String> defects = process.descriptors().privateMemory() == 0
                ? List.of()
                : List.of(
                        "The guest keeps memory in guest_memfd, which no other process can read: what is read where it does may be out of date.");
        return ram.open(pieces, layout, defects, REMEDY);
    }

    private static String words(List<HostPiece> layout) {
        return layout.stream()
                .map(piece -> "0x%x+0x%x at 0x%x".formatted(piece.physical(), piece.length(), piece.host()))
                .collect(Collectors.joining(" and "));
    }

    private MemflowException refusal(String found) {
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.NOT_SUPPORTED,
                "The memory layout of %s is not known for sure: %s. Wait until a 64-bit guest runs%s; a QEMU with a monitor can be asked by -c qemu:%d."
                        .formatted(process.description(), found, severalMachines(), process.pid()));
    }

    private String severalMachines() {
        int machines = process.descriptors().machines();
        return machines > 1
                ? "; the process holds %d machines, and one of them must be told from the others".formatted(machines)
                : "";
    }
}
