package io.memflow.cli.command;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.formats.minidump.MinidumpContents;
import io.memflow.formats.minidump.MinidumpContents.ThreadState;
import io.memflow.formats.minidump.MinidumpModule;
import io.memflow.formats.minidump.MinidumpRegion;
import io.memflow.formats.minidump.MinidumpSystem;
import io.memflow.formats.minidump.PageProtection;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a minidump of a process is made of, from any OS layer.
 *
 * @param regions the process' regions
 * @param modules its modules
 * @param threads its threads
 */
record MinidumpSource(Listing<MemoryRegion> regions, Listing<ModuleInfo> modules, Listing<ThreadInfo> threads) {
    /** {@code VER_PLATFORM_WIN32_NT}. */
    private static final int PLATFORM_WINDOWS = 2;

    /** What Breakpad and those after it write for Linux ({@code MD_OS_LINUX}, minidump_format.h). */
    private static final int PLATFORM_LINUX = 0x8201;

    /** A right that is not known, in the permissions of a region. */
    private static final String UNKNOWN = "?";

    private static final int WORKSTATION = 1;
    private static final long LARGEST_MODULE = 0xFFFF_FFFFL;
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    static MinidumpSource of(TargetProcess process) {
        return new MinidumpSource(process.regions(), process.modules(), process.threads());
    }

    /**
     * The contents of the dump.
     *
     * @param timestamp seconds since 1970 (UTC)
     * @throws MemflowException of kind NOT_SUPPORTED on a processor that minidumps know no name for
     */
    MinidumpContents contents(OperatingSystem system, int pid, long timestamp) {
        List<MinidumpModule> loaded = new ArrayList<>();
        for (ModuleInfo module : modules.rows()) {
            Long base = module.base();
            Long size = module.size();
            boolean isThere = module.presence() == ModuleInfo.Presence.LOADED;
            if (isThere && base != null && size != null && size > 0 && size <= LARGEST_MODULE) {
                String path = module.path();
                loaded.add(new MinidumpModule(path == null ? module.name() : path, base, size, 0, 0, null));
            }
        }
        List<AddressRange> memory = regions.rows().stream()
                .filter(region -> region.end() != region.start())
                .map(region -> new AddressRange(region.start(), region.end() - region.start()))
                .toList();
        return new MinidumpContents(
                system(system.info()),
                (long) pid,
                timestamp,
                loaded,
                threads.rows().stream().map(MinidumpSource::thread).toList(),
                knowsRights()
                        ? regions.rows().stream().map(MinidumpSource::region).toList()
                        : List.of(),
                memory);
    }

    private static ThreadState thread(ThreadInfo thread) {
        ThreadInfo.Places places = thread.places();
        Long block = places == null ? null : places.block();
        return new ThreadState(thread.tid(), block == null ? 0 : block, MemorySegment.ofArray(new byte[0]));
    }

    /** Whether regions can be told; where some of their rights are not known, as in a small dump, none is. */
    private boolean knowsRights() {
        return regions.rows().stream().noneMatch(row -> row.permissions().contains(UNKNOWN));
    }

    /**
     * A region as debuggers know it. What the system keeps of a region as a whole stands for all its pages: one for which
     * nothing is committed is reserved, and the rights it was asked for with are those of its pages.
     */
    private static MinidumpRegion region(MemoryRegion region) {
        MemoryRegion.Allocation allocation = region.allocation();
        long named = allocation == null ? 0 : PageProtection.number(allocation.protection());
        long protection = named == 0 ? PageProtection.ofLetters(region.permissions()) : named;
        Long committed = allocation == null ? null : allocation.committedPages();
        boolean isReserved = committed != null
                && committed == 0
                && allocation != null
                && allocation.kind() == MemoryRegion.Kind.PRIVATE;
        return new MinidumpRegion(
                region.start(),
                region.end() - region.start(),
                region.start(),
                protection,
                isReserved ? MinidumpRegion.RESERVED : MinidumpRegion.COMMITTED,
                isReserved ? 0 : protection,
                type(region));
    }

    /** Without a note of the system, what has a file is mapped from it. */
    private static int type(MemoryRegion region) {
        MemoryRegion.Allocation allocation = region.allocation();
        if (allocation == null) {
            return region.inode() == 0 ? MinidumpRegion.PRIVATE : MinidumpRegion.MAPPED;
        }
        return switch (allocation.kind()) {
            case PRIVATE, PHYSICAL -> MinidumpRegion.PRIVATE;
            case MAPPED -> MinidumpRegion.MAPPED;
            case IMAGE -> MinidumpRegion.IMAGE;
        };
    }

    private static MinidumpSystem system(OsInfo info) {
        int architecture = switch (info.architecture()) {
            case "x86-64" -> MinidumpSystem.AMD64;
            case "i386" -> MinidumpSystem.INTEL;
            case "arm64" -> MinidumpSystem.ARM64;
            default ->
                throw new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_SUPPORTED,
                        "Minidumps have no name for the processor %s: they are of x86-64, i386 or arm64."
                                .formatted(info.architecture()));
        };
        List<Long> numbers = NUMBER.matcher(info.version())
                .results()
                .map(MatchResult::group)
                .filter(digits -> digits.length() < 10)
                .map(Long::valueOf)
                .toList();
        return new MinidumpSystem(
                architecture,
                1,
                WORKSTATION,
                number(numbers, 0),
                number(numbers, 1),
                number(numbers, 2),
                info.name().equals("windows") ? PLATFORM_WINDOWS : PLATFORM_LINUX,
                "");
    }

    private static long number(List<Long> numbers, int index) {
        return index < numbers.size() ? numbers.get(index) : 0;
    }
}
