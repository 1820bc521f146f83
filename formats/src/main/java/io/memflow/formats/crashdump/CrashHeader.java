package io.memflow.formats.crashdump;

import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
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
    static final int BYTES_32 = 0x1000;
    static final int BYTES_64 = 0x2000;

    private static final int PAGE = 0x4547_4150;
    private static final int DUMP = 0x504D_5544;
    private static final int DU64 = 0x3436_5544;
    private static final long PAGE_PAGE = 0x4547_4150_4547_4150L;
    private static final int COMMENT_BYTES = 128;
    /** A header of a machine whose context is written has some flag of it. */
    private static final int NO_FLAGS = 0;

    /** The width of the system whose crash dump starts so; null when it is none. */
    static @Nullable PointerWidth recognise(MemorySegment file) {
        if (file.byteSize() < BYTES_32 || LittleEndian.s32(file, 0) != PAGE) {
            return null;
        }
        return switch (LittleEndian.s32(file, 4)) {
            case DUMP -> PointerWidth.BITS_32;
            case DU64 -> PointerWidth.BITS_64;
            default -> null;
        };
    }

    static CrashHeader read64(MemorySegment file) {
        int machine = LittleEndian.s32(file, 0x30);
        return new CrashHeader(
                PointerWidth.BITS_64,
                machine,
                CrashDumpType.of(LittleEndian.s32(file, 0xF98)),
                LittleEndian.u32(file, 8),
                LittleEndian.u32(file, 0xC),
                LittleEndian.u64(file, 0x10),
                LittleEndian.u64(file, 0x18),
                LittleEndian.u64(file, 0x20),
                LittleEndian.u64(file, 0x28),
                kept64(file, 0x80),
                LittleEndian.u32(file, 0x34),
                new BugCheck(
                        LittleEndian.u32(file, 0x38),
                        List.of(
                                LittleEndian.u64(file, 0x40),
                                LittleEndian.u64(file, 0x48),
                                LittleEndian.u64(file, 0x50),
                                LittleEndian.u64(file, 0x58))),
                context(file.asSlice(0x348, 3000), machine),
                exception(file.asSlice(0xF00, ExceptionRecord.BYTES_64), PointerWidth.BITS_64),
                kept64(file, 0xFA8),
                kept64(file, 0x1030),
                comment(file, 0xFB0),
                kept32(file, 0x1040));
    }

    static CrashHeader read32(MemorySegment file) {
        int machine = LittleEndian.s32(file, 0x20);
        Integer debugger = kept32(file, 0x60);
        return new CrashHeader(
                PointerWidth.BITS_32,
                machine,
                CrashDumpType.of(LittleEndian.s32(file, 0xF88)),
                LittleEndian.u32(file, 8),
                LittleEndian.u32(file, 0xC),
                LittleEndian.u32(file, 0x10),
                LittleEndian.u32(file, 0x14),
                LittleEndian.u32(file, 0x18),
                LittleEndian.u32(file, 0x1C),
                debugger == null ? null : Integer.toUnsignedLong(debugger),
                LittleEndian.u32(file, 0x24),
                new BugCheck(
                        LittleEndian.u32(file, 0x28),
                        List.of(
                                LittleEndian.u32(file, 0x2C),
                                LittleEndian.u32(file, 0x30),
                                LittleEndian.u32(file, 0x34),
                                LittleEndian.u32(file, 0x38))),
                context(file.asSlice(0x320, 1200), machine),
                exception(file.asSlice(0x7D0, ExceptionRecord.BYTES_32), PointerWidth.BITS_32),
                kept64(file, 0xFC0),
                kept64(file, 0xFB8),
                comment(file, 0x820),
                kept32(file, 0xF94));
    }

    private static @Nullable Long kept64(MemorySegment file, long offset) {
        long value = LittleEndian.u64(file, offset);
        return value == PAGE_PAGE ? null : value;
    }

    private static @Nullable Integer kept32(MemorySegment file, long offset) {
        int value = LittleEndian.s32(file, offset);
        return value == PAGE ? null : value;
    }

    private static @Nullable ProcessorContext context(MemorySegment bytes, int machine) {
        if (kept64(bytes, 0) == null) {
            return null;
        }
        ProcessorContext context = ProcessorContext.decode(bytes, machine).orElse(null);
        return context == null || context.flags() == NO_FLAGS ? null : context;
    }

    private static @Nullable ExceptionRecord exception(MemorySegment bytes, PointerWidth width) {
        ExceptionRecord record = ExceptionRecord.decode(bytes, width);
        return record.code() == 0 || record.code() == PAGE ? null : record;
    }

    private static @Nullable String comment(MemorySegment file, long offset) {
        if (kept32(file, offset) == null) {
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
