package io.memflow.formats.crashdump;

import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a crash dump. Fields that the system left out, which it fills with {@code PAGE}, are null. Immutable.
 *
 * @param width of the system's pointers
 * @param machine {@code Machine} ({@code IMAGE_FILE_MACHINE_*})
 * @param type what of the machine the file has
 * @param checkedBuild 15 for a free build, 12 for a checked one ({@code MajorVersion})
 * @param build the system's build number
 * @param directoryTable physical address of the page tables of the process that ran
 * @param pfnDatabase virtual address of the pages' descriptions
 * @param loadedModules virtual address of {@code PsLoadedModuleList}
 * @param activeProcesses virtual address of {@code PsActiveProcessHead}
 * @param debuggerData virtual address of the {@code KDDEBUGGER_DATA64}; null or 0 when the header does not say
 * @param processors how many there are
 * @param bugCheck why it stopped
 * @param context registers of the processor that stopped it; null when the header does not have them
 * @param exception what it stopped for; null when there was none
 * @param systemTime when, in units of 100 ns since 1601 (UTC); null when not kept
 * @param upTime how long after the start, in units of 100 ns; null when not kept
 * @param comment of the one who took it; null without one
 * @param productType 1 workstation, 2 domain controller, 3 server; null when not kept
 */
public record CrashHeader(
        PointerWidth width,
        int machine,
        CrashDumpType type,
        long checkedBuild,
        long build,
        long directoryTable,
        long pfnDatabase,
        long loadedModules,
        long activeProcesses,
        @Nullable Long debuggerData,
        long processors,
        BugCheck bugCheck,
        @Nullable ProcessorContext context,
        @Nullable ExceptionRecord exception,
        @Nullable Long systemTime,
        @Nullable Long upTime,
        @Nullable String comment,
        @Nullable Integer productType) {
    private static final int COMMENT_BYTES = 128;
    private static final int PARAMETERS = 4;
    /** A header of a machine whose context is written has some flag of it. */
    private static final int NO_FLAGS = 0;

    /** @param file at least as long as its header */
    static CrashHeader read(MemorySegment file, HeaderLayout at) {
        int word = at.pointerBytes();
        int machine = LittleEndian.s32(file, at.machine().type());
        List<Long> parameters = new ArrayList<>();
        for (int i = 0; i < PARAMETERS; i++) {
            parameters.add(at.pointer(file, at.machine().parameters() + (long) i * word));
        }
        return new CrashHeader(
                at.width(),
                machine,
                CrashDumpType.of(LittleEndian.s32(file, at.facts().type())),
                LittleEndian.u32(file, 8),
                LittleEndian.u32(file, 0xC),
                at.pointer(file, HeaderLayout.POINTERS),
                at.pointer(file, HeaderLayout.POINTERS + word),
                at.pointer(file, HeaderLayout.POINTERS + 2L * word),
                at.pointer(file, HeaderLayout.POINTERS + 3L * word),
                at.keptPointer(file, at.machine().debuggerData()),
                LittleEndian.u32(file, at.machine().processors()),
                new BugCheck(LittleEndian.u32(file, at.machine().bugCheck()), parameters),
                context(file.asSlice(at.event().context(), at.contextBytes()), machine),
                exception(file.asSlice(at.event().exception()), at.width()),
                HeaderLayout.keptLong(file, at.facts().systemTime()),
                HeaderLayout.keptLong(file, at.facts().upTime()),
                comment(file, at.event().comment()),
                HeaderLayout.keptInt(file, at.facts().productType()));
    }

    private static @Nullable ProcessorContext context(MemorySegment bytes, int machine) {
        if (HeaderLayout.keptLong(bytes, 0) == null) {
            return null;
        }
        ProcessorContext context = ProcessorContext.decode(bytes, machine).orElse(null);
        return context == null || context.flags() == NO_FLAGS ? null : context;
    }

    private static @Nullable ExceptionRecord exception(MemorySegment bytes, PointerWidth width) {
        if (HeaderLayout.keptInt(bytes, 0) == null) {
            return null;
        }
        ExceptionRecord record = ExceptionRecord.decode(bytes, width);
        return record.code() == 0 ? null : record;
    }

    private static @Nullable String comment(MemorySegment file, long offset) {
        if (HeaderLayout.keptInt(file, offset) == null) {
            return null;
        }
        byte[] bytes = file.asSlice(offset, COMMENT_BYTES).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return length == 0 ? null : new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
