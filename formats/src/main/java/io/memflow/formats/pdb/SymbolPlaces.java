package io.memflow.formats.pdb;

import io.memflow.formats.pe.PeSection;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a symbol's section and offset into a relative virtual address. Where an image was rearranged after it was linked, as
 * kernels up to Windows 7 were, the file has the sections as they were then and a list of what went where ({@code OMAP}).
 * Immutable.
 */
final class SymbolPlaces {
    /** The symbol is nowhere in the image. */
    static final long NOWHERE = -1;

    private static final int OMAP_ENTRY = 8;

    private final List<PeSection> linked;
    private final int[] from;
    private final int[] to;

    private SymbolPlaces(List<PeSection> linked, int[] from, int[] to) {
        this.linked = linked;
        this.from = from;
        this.to = to;
    }

    static SymbolPlaces of(Msf file, DebugInformation debug) {
        MsfStream moved =
                file.stream(debug.extra(DebugInformation.OMAP_FROM_SOURCE)).orElse(null);
        List<PeSection> original = sections(file, debug.extra(DebugInformation.ORIGINAL_SECTION_HEADERS));
        if (moved == null || original.isEmpty()) {
            return new SymbolPlaces(
                    sections(file, debug.extra(DebugInformation.SECTION_HEADERS)), new int[0], new int[0]);
        }
        int count = (int) (moved.bytes() / OMAP_ENTRY);
        int[] from = new int[count];
        int[] to = new int[count];
        for (int i = 0; i < count; i++) {
            from[i] = moved.s32((long) i * OMAP_ENTRY);
            to[i] = moved.s32((long) i * OMAP_ENTRY + Integer.BYTES);
        }
        return new SymbolPlaces(original, from, to);
    }

    /** The section headers that a stream has. */
    static List<PeSection> sections(Msf file, int number) {
        List<PeSection> sections = new ArrayList<>();
        MsfStream stream = file.stream(number).orElse(null);
        if (stream != null) {
            // A PE image counts its sections in 16 bits.
            for (long at = 0;
                    at + PeSection.BYTES <= stream.bytes() && sections.size() < 1 << Short.SIZE;
                    at += PeSection.BYTES) {
                sections.add(PeSection.decode(stream.slice(at, PeSection.BYTES)));
            }
        }
        return sections;
    }

    /** How many sections symbols can lie in. */
    int sectionCount() {
        return linked.size();
    }

    /**
     * A relative virtual address, or {@link #NOWHERE}.
     *
     * @param section counted from 1; 0 is no section
     * @param offset into it, unsigned
     */
    long address(int section, long offset) {
        if (section == 0 || section > linked.size()) {
            return NOWHERE;
        }
        long address = linked.get(section - 1).address() + offset;
        if (address > 0xFFFF_FFFFL) {
            return NOWHERE;
        }
        return from.length == 0 ? address : moved(address);
    }

    private long moved(long address) {
        int low = 0;
        int high = from.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Integer.toUnsignedLong(from[middle]) <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0 || to[low - 1] == 0) {
            return NOWHERE;
        }
        return Integer.toUnsignedLong(to[low - 1]) + (address - Integer.toUnsignedLong(from[low - 1])) & 0xFFFF_FFFFL;
    }
}
