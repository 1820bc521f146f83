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
import io.memflow.formats.minidump.MinidumpSystem;
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
            if (base != null && size != null && size > 0 && size <= LARGEST_MODULE) {
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
                memory);
    }

    private static ThreadState thread(ThreadInfo thread) {
        ThreadInfo.Places places = thread.places();
        Long block = places == null ? null : places.block();
        return new ThreadState(thread.tid(), block == null ? 0 : block, MemorySegment.ofArray(new byte[0]));
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
