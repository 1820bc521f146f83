package io.memflow.os.minidump.process;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.Provenance;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.minidump.MinidumpRegion;
import io.memflow.formats.minidump.PageProtection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The regions of a process: those that a minidump lists ({@code MINIDUMP_MEMORY_INFO_LIST}), without free ones, or else the
 * ranges whose bytes it has. Stateless.
 */
final class RegionRows {
    private static final Provenance LISTED = new Provenance(List.of("memory-info-list"), List.of());
    private static final Provenance HELD = new Provenance(List.of("memory-list"), List.of());
    private static final int PAGE_SHIFT = 12;
    private static final String UNKNOWN = "????";

    private RegionRows() {}

    /**
     * All of them.
     *
     * @param modules whose files images are
     */
    static Listing<MemoryRegion> of(Minidump dump, CapturedMemory memory, List<ModuleInfo> modules) {
        List<MinidumpRegion> listed;
        try {
            listed = dump.regions();
        } catch (MemflowException damaged) {
            return held(memory, String.valueOf(damaged.getMessage()));
        }
        if (listed.isEmpty()) {
            return held(memory, "the dump has no list of them; shown are the ranges whose bytes it has");
        }
        return new Listing<>(
                listed.stream()
                        .filter(region -> region.state() != MinidumpRegion.FREE)
                        .map(region -> row(region, modules))
                        .toList(),
                List.of());
    }

    private static MemoryRegion row(MinidumpRegion region, List<ModuleInfo> modules) {
        boolean isReserved = region.state() == MinidumpRegion.RESERVED;
        // What is only reserved has no rights yet.
        long protection = isReserved ? region.allocationProtect() : region.protect();
        MemoryRegion.Kind kind = switch ((int) region.type()) {
            case MinidumpRegion.IMAGE -> MemoryRegion.Kind.IMAGE;
            case MinidumpRegion.MAPPED -> MemoryRegion.Kind.MAPPED;
            default -> MemoryRegion.Kind.PRIVATE;
        };
        boolean isOwn = kind == MemoryRegion.Kind.PRIVATE || PageProtection.copies(protection);
        return new MemoryRegion(
                region.base(),
                region.base() + region.bytes(),
                PageProtection.letters(protection) + (isOwn ? "p" : "s"),
                0,
                kind == MemoryRegion.Kind.IMAGE ? file(region.allocationBase(), modules) : null,
                0,
                new MemoryRegion.Allocation(
                        region.allocationBase(),
                        kind,
                        PageProtection.name(region.allocationProtect()),
                        isReserved ? 0 : region.bytes() >>> PAGE_SHIFT),
                LISTED);
    }

    private static @Nullable String file(long base, List<ModuleInfo> modules) {
        return modules.stream()
                .filter(module -> module.presence() == ModuleInfo.Presence.LOADED)
                .filter(module -> module.base() != null && module.base() == base)
                .map(ModuleInfo::path)
                .findFirst()
                .orElse(null);
    }

    private static Listing<MemoryRegion> held(CapturedMemory memory, String why) {
        List<MemoryRegion> rows = memory.ranges().stream().map(RegionRows::held).toList();
        return new Listing<>(rows, List.of(new MissingPart("regions and their rights", why)));
    }

    private static MemoryRegion held(AddressRange range) {
        return new MemoryRegion(range.start(), range.end(), UNKNOWN, 0, null, 0, HELD);
    }
}
