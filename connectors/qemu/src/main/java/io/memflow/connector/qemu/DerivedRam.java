package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.connector.qemu.host.ResidentPages;
import io.memflow.connector.qemu.layout.LayoutSearch;
import io.memflow.connector.qemu.layout.RamOpener;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import java.util.List;

/**
 * Memory of a machine whose monitor cannot be asked: every layout that its command line allows is put to the test, and
 * exactly one must pass.
 *
 * @param monitorFailures why no monitor answered; empty when there is none
 */
record DerivedRam(RamAccess access, List<String> monitorFailures) {
    private static final String REMEDY =
            "wait until a 64-bit guest runs, or start QEMU with -qmp unix:PATH,server=on,wait=off so that its monitor can be asked";

    /**
     * Opens the one layout that is confirmed.
     *
     * @throws MemflowException when none is, or more than one
     */
    PhysicalMemory open() {
        QemuProcess process = access.process();
<<<<<<< HEAD
        QemuCommandLine commandLine = process.commandLine();
        OptionalLong ramBytes = commandLine.ramBytes();
        if (!process.isX86() || ramBytes.isEmpty() || commandLine.readsConfigurationFile()) {
            throw refusal("its machine type and RAM size are not on its command line in a form that is known here");
        }
        if (commandLine.hasSeveralRamBlocks()) {
            throw refusal("its RAM is made of several blocks");
        }
        return access.open(confirm(ramBytes.getAsLong()), "derived and confirmed by page tables", List.of());
    }

    private List<HostPiece> confirm(long ramBytes) {
        QemuCommandLine commandLine = access.process().commandLine();
        List<RamSpans.Span> spans = RamSpans.ofSize(access.mappings(), ramBytes);
        List<List<RamPiece>> layouts =
                PcLayout.candidates(commandLine.machineType(), ramBytes, commandLine.maxRamBelow4G());
        if (spans.isEmpty() || layouts.isEmpty()) {
            throw refusal(
                    spans.isEmpty()
                            ? "its process maps nothing of the RAM's %d bytes".formatted(ramBytes)
                            : "there is no rule for the layout of %d bytes of RAM".formatted(ramBytes));
        }
        List<String> findings = new ArrayList<>();
        List<List<HostPiece>> confirmed = new ArrayList<>();
        for (RamSpans.Span span : spans) {
            for (List<RamPiece> layout : layouts) {
                List<HostPiece> pieces = place(layout, span);
                LayoutVerifier.Verdict verdict = verify(pieces);
                findings.add(verdict.toString());
                if (verdict.isConfirmed()) {
                    confirmed.add(pieces);
                }
            }
        }
        if (confirmed.size() != 1) {
            throw refusal("the guest's page tables confirm %s (%s)"
                    .formatted(
                            confirmed.isEmpty() ? "no layout its command line allows" : "more than one layout",
                            String.join("; ", findings)));
        }
        return confirmed.getFirst();
    }

    private LayoutVerifier.Verdict verify(List<HostPiece> pieces) {
        QemuProcess process = access.process();
        ResidentPages resident = ResidentPages.of(process.identity().procFs(), process.pid());
        try (PhysicalMemory memory = access.readOnly().open(pieces, "not confirmed", List.of())) {
            return new LayoutVerifier(memory, pieces, resident).verify();
        }
    }

    private static List<HostPiece> place(List<RamPiece> layout, RamSpans.Span span) {
        return layout.stream()
                .map(piece -> new HostPiece(piece.physical(), span.start() + piece.offset(), piece.length()))
                .toList();
=======
        RamOpener opener = (pieces, source) -> access.open(pieces, source, List.of());
        LayoutSearch search = new LayoutSearch(
                process.processor(),
                process.commandLine(),
                access.mappings(),
                ResidentPages.of(process.identity().procFs(), process.pid()),
                opener);
        return switch (search.run()) {
            case LayoutSearch.Confirmed found -> opener.open(found.pieces(), LayoutSearch.SOURCE);
            case LayoutSearch.Refused refused -> throw refusal(refused.found());
        };
>>>>>>> chain
    }

    private MemflowException refusal(String found) {
        String asked = monitorFailures.isEmpty()
                ? "it has no QMP monitor on a Unix socket that can be reached"
                : "its monitor could not be asked (%s)".formatted(String.join(" ", monitorFailures));
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.NOT_SUPPORTED,
                "The memory layout of %s is not known for sure: %s, and %s: %s."
                        .formatted(access.process().description(), asked, found, REMEDY));
    }
}
