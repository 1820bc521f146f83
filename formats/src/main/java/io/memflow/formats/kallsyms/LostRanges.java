package io.memflow.formats.kallsyms;

import java.util.ArrayList;
import java.util.List;

/** Where symbols are lost, in words: from which address to which. Confined. */
final class LostRanges {
    private final KernelImage image;
    private final List<String> ranges = new ArrayList<>();
    private int symbols;
    private boolean inside;
    /** The last address that is known; 0 before the first. */
    private long previous;

    LostRanges(KernelImage image) {
        this.image = image;
    }

    /** Takes the next symbol of the table. */
    void add(int symbol, boolean lost, long address, boolean addressKnown) {
        if (lost) {
            symbols++;
        }
        if (lost && !inside) {
            ranges.add("from number %d at %s".formatted(symbol, text(addressKnown ? address : previous, addressKnown)));
        }
        inside = lost;
        previous = addressKnown ? address : previous;
    }

    private String text(long address, boolean exact) {
        String where = image.pointerBytes() == Long.BYTES ? "0x%016x" : "0x%08x";
        return (exact ? "" : "or behind ") + where.formatted(address);
    }

    int symbols() {
        return symbols;
    }

    /** The first ranges that are lost; empty when none is. */
    String describe(int most) {
        if (ranges.isEmpty()) {
            return "";
        }
        String more = ranges.size() > most ? " and in %d more places".formatted(ranges.size() - most) : "";
        return ": " + String.join(", ", ranges.subList(0, Math.min(most, ranges.size()))) + " on" + more;
    }
}
