package io.memflow.connector.qemu.layout;

import io.memflow.connector.qemu.host.QemuCommandLine;
import io.memflow.host.layout.LayoutOutcome;
import io.memflow.host.layout.LayoutVerifier;
import io.memflow.host.layout.Processor;
import io.memflow.host.layout.RamOpener;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.PagePresence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The layout of a machine that nobody can be asked about: every one that its command line and the mappings of its process
 * allow is put to the test, and exactly one must pass. Immutable.
 *
 * @param mappings of the QEMU process
 * @param opener opens a layout, to test it
 */
public record LayoutSearch(
        Processor processor,
        QemuCommandLine commandLine,
        List<HostMapping> mappings,
        PagePresence present,
        RamOpener opener) {
    /** Puts all layouts to the test. */
    public LayoutOutcome run() {
        List<Long> blocks = commandLine.ramBlocks();
        if (processor == Processor.OTHER || blocks.isEmpty() || commandLine.readsConfigurationFile()) {
            return new LayoutOutcome.Refused(
                    "its machine type and RAM size are not on its command line in a form that is known here");
        }
        if (commandLine.hasMemoryModules()) {
            return new LayoutOutcome.Refused("its RAM is made of several blocks, some of them plugged in as devices");
        }
        long ramBytes = blocks.stream().mapToLong(Long::longValue).sum();
        List<List<RamPiece>> layouts = layouts(ramBytes);
        if (layouts.isEmpty()) {
            return new LayoutOutcome.Refused(
                    "there is no rule for the layout of %d bytes of RAM of this machine type".formatted(ramBytes));
        }
        List<RamPlacement> placements = RamPlacement.all(blocks, mappings);
        if (placements.isEmpty()) {
            return new LayoutOutcome.Refused("its process maps nothing of the RAM's %s bytes"
                    .formatted(blocks.stream().map(String::valueOf).collect(Collectors.joining(" and "))));
        }
        return test(layouts, placements);
    }

    private List<List<RamPiece>> layouts(long ramBytes) {
        return switch (processor) {
            case X86 -> PcLayout.candidates(commandLine.machineType(), ramBytes, commandLine.maxRamBelow4G());
            case ARM64 -> VirtLayout.candidates(commandLine.machineType(), ramBytes, VirtLayout.ARM64_BASE);
            case RISCV64 -> VirtLayout.candidates(commandLine.machineType(), ramBytes, VirtLayout.RISCV64_BASE);
            case OTHER -> List.of();
        };
    }

    private LayoutOutcome test(List<List<RamPiece>> layouts, List<RamPlacement> placements) {
        List<String> findings = new ArrayList<>();
        List<List<HostPiece>> confirmed = new ArrayList<>();
        for (RamPlacement placement : placements) {
            for (List<RamPiece> layout : layouts) {
                List<HostPiece> pieces = placement.place(layout);
                LayoutVerifier.Verdict verdict = LayoutVerifier.verify(opener, pieces, present, processor);
                findings.add(verdict.toString());
                if (verdict.isConfirmed()) {
                    confirmed.add(pieces);
                }
            }
        }
        if (confirmed.size() == 1) {
            return new LayoutOutcome.Confirmed(confirmed.getFirst());
        }
        return new LayoutOutcome.Refused("the guest's page tables confirm %s (%s)"
                .formatted(
                        confirmed.isEmpty() ? "no layout its command line allows" : "more than one layout",
                        String.join("; ", findings)));
    }
}
