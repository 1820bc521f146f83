package io.memflow.connector.kvm;

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
 * Where the RAM of a machine lies, of which nothing is known but what its process maps: every layout that the programs
 * known here would make of that is put to the test. One must pass that has all that others have which pass. Immutable.
 *
 * @param mappings of the process
 * @param opener opens a layout, to test it
 */
record LayoutChoice(Processor processor, List<HostMapping> mappings, PagePresence present, RamOpener opener) {
    /** Findings that an error tells. */
    private static final int MOST_NAMED = 8;

    LayoutOutcome run() {
        List<List<HostPiece>> layouts = KvmLayout.candidates(processor, MemoryRun.of(mappings));
        if (layouts.isEmpty()) {
            return new LayoutOutcome.Refused("it maps nothing that can be the RAM of a machine of this processor");
        }
        List<List<HostPiece>> confirmed = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        for (List<HostPiece> layout : layouts) {
            LayoutVerifier.Verdict verdict =
                    LayoutVerifier.verify(opener, cutAtLastMapping(layout), present, processor);
            findings.add("%s: %s".formatted(words(layout), verdict));
            if (verdict.isConfirmed()) {
                confirmed.add(layout);
            }
        }
        return widest(confirmed, findings);
    }

    /**
     * The same with the mapping that ends it as a piece of its own. It may be memory of another use that lies right behind
     * the RAM, so tables must be found in it as in any last piece.
     */
    private List<HostPiece> cutAtLastMapping(List<HostPiece> layout) {
        HostPiece last = layout.getLast();
        long cut = last.host();
        for (HostMapping mapping : mappings) {
            if (mapping.inode() == 0 && mapping.start() > cut && mapping.start() < last.host() + last.length()) {
                cut = mapping.start();
            }
        }
        long before = cut - last.host();
        if (before == 0) {
            return layout;
        }
        List<HostPiece> pieces = new ArrayList<>(layout.subList(0, layout.size() - 1));
        pieces.add(new HostPiece(last.physical(), last.host(), before));
        pieces.add(new HostPiece(last.physical() + before, cut, last.length() - before));
        return pieces;
    }

    private static LayoutOutcome widest(List<List<HostPiece>> confirmed, List<String> findings) {
        for (List<HostPiece> layout : confirmed) {
            if (confirmed.stream().allMatch(other -> holds(layout, other))) {
                return new LayoutOutcome.Confirmed(layout);
            }
        }
        String found = confirmed.isEmpty() ? "no layout of its mappings" : "several layouts of its mappings";
        return new LayoutOutcome.Refused("page tables confirm %s (%s)"
                .formatted(found, String.join("; ", findings.subList(0, Math.min(MOST_NAMED, findings.size())))));
    }

    private static boolean holds(List<HostPiece> layout, List<HostPiece> other) {
        return other.stream()
                .allMatch(piece -> layout.stream()
                        .anyMatch(whole -> whole.physical() <= piece.physical()
                                && piece.physical() + piece.length() <= whole.physical() + whole.length()
                                && whole.host() - whole.physical() == piece.host() - piece.physical()));
    }

    private static String words(List<HostPiece> layout) {
        return layout.stream()
                .map(piece -> "0x%x+0x%x at 0x%x".formatted(piece.physical(), piece.length(), piece.host()))
                .collect(Collectors.joining(" and "));
    }
}
