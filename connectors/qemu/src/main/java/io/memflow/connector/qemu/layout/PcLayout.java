package io.memflow.connector.qemu.layout;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How QEMU lays out the RAM of an x86 machine, derived from its type and size. Several answers are possible where types
 * of old versions differ or the type is not known; each is a guess until {@link io.memflow.host.layout.LayoutVerifier} has confirmed it.
 * Stateless.
 *
 * <p>Source: QEMU's hw/i386/pc_q35.c, pc_piix.c and microvm.c, seen to hold with QEMU 7.2 at sizes around each limit.
 */
public final class PcLayout {
    /** Name given to the one RAM block. */
    public static final String BLOCK = "ram";

    private static final long FOUR_GIGABYTES = 1L << 32;
    /** q35 leaves room for PCI Express configuration space from here on; with more RAM it splits lower. */
    private static final long Q35_LIMIT = 0xB000_0000L;

    private static final long Q35_SPLIT = 0x8000_0000L;
    private static final long PC_LIMIT = 0xE000_0000L;
    /** Keeps the split at a multiple of 1 GiB, for large pages; types up to pc-i440fx-2.0 may not. */
    private static final long PC_SPLIT = 0xC000_0000L;

    private static final long MICROVM_SPLIT = 0xC000_0000L;
    /** What shows between these, RAM, firmware or a display's window, changes while the machine runs. */
    private static final long LEGACY_START = 0xA_0000;

    private static final long LEGACY_END = 0x10_0000;
    /** With an AMD processor RAM that would reach this may be moved above it (pc.c, AMD_HT_START). */
    private static final long MOVABLE = 0xFD_0000_0000L;

    private PcLayout() {}

    /**
     * The layouts that a machine can have. The window from 640 KiB to 1 MiB is left out of each.
     *
     * @param machineType as on the command line; without one, or with one that is not known, every PC's layout is possible
     * @param ramBytes size of the RAM
     * @param maxRamBelow4G the machine option of that name
     * @return distinct layouts, the likeliest first; none for a size that no rule covers
     */
    public static List<List<RamPiece>> candidates(
            Optional<String> machineType, long ramBytes, OptionalLong maxRamBelow4G) {
        if (ramBytes <= LEGACY_END) {
            return List.of();
        }
        String type = machineType.orElse("pc");
        Set<Long> splits = new LinkedHashSet<>();
        boolean q35 = type.equals("q35") || type.startsWith("pc-q35");
        boolean microvm = type.equals("microvm");
        boolean pc = !q35 && (type.equals("pc") || type.equals("isapc") || type.startsWith("pc-"));
        boolean unknown = !q35 && !microvm && !pc;
        if (q35 || unknown) {
            splits.add(q35Split(ramBytes, maxRamBelow4G.orElse(FOUR_GIGABYTES)));
        }
        if (pc || unknown) {
            long limit = maxRamBelow4G.orElse(PC_LIMIT);
            splits.add(ramBytes >= limit ? Math.min(limit, PC_SPLIT) : limit);
            splits.add(limit);
        }
        if (microvm || unknown) {
            splits.add(MICROVM_SPLIT);
        }
        Set<List<RamPiece>> layouts = new LinkedHashSet<>();
        for (long split : splits) {
            if (FOUR_GIGABYTES + ramBytes - Math.min(split, ramBytes) <= MOVABLE && split > LEGACY_END) {
                layouts.add(layout(ramBytes, split));
            }
        }
        return List.copyOf(layouts);
    }

    private static long q35Split(long ramBytes, long maxRamBelow4G) {
        return Math.min(ramBytes >= Q35_LIMIT ? Q35_SPLIT : Q35_LIMIT, maxRamBelow4G);
    }

    private static List<RamPiece> layout(long ramBytes, long split) {
        long low = Math.min(ramBytes, split);
        List<RamPiece> pieces = new ArrayList<>();
        pieces.add(new RamPiece(0, BLOCK, 0, LEGACY_START));
        pieces.add(new RamPiece(LEGACY_END, BLOCK, LEGACY_END, low - LEGACY_END));
        if (low < ramBytes) {
            pieces.add(new RamPiece(FOUR_GIGABYTES, BLOCK, low, ramBytes - low));
        }
        return List.copyOf(pieces);
    }
}
