package io.memflow.formats.minidump;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.crashdump.ExceptionRecord;
import io.memflow.formats.crashdump.MemoryBlock;
import io.memflow.formats.crashdump.ProcessorContext;
import io.memflow.formats.endian.LittleEndian;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.SymbolFileId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A minidump of one process. Its directory is read when it is opened, each stream when it is asked for; of several streams of
 * a kind the first counts. Holds a view of the file. Immutable.
 *
 * <p>All methods throw {@link MalformedDataException} when what they read contradicts the format or lies outside the file.
 */
public final class Minidump {
    private static final String FORMAT = "minidump";
    private static final int SIGNATURE = 0x504D_444D;
    private static final int HEADER = 32;
    private static final int MOST_STREAMS = 1 << 10;
    private static final int THREAD_BYTES = 48;
    private static final int MODULE_BYTES = 108;
    private static final int MEMORY_BYTES = 16;
    private static final int EXCEPTION_BYTES = 168;
    private static final int SYSTEM_BYTES = 32;
    private static final int LONGEST_TEXT = 1 << 16;
    private static final int RSDS = 0x5344_5352;
    private static final int RSDS_NAME = 24;
    /** {@code MINIDUMP_MISC1_PROCESS_ID} and {@code MINIDUMP_MISC1_PROCESS_TIMES}. */
    private static final int HAS_PROCESS_ID = 1;

    private static final int HAS_PROCESS_TIMES = 2;
    /** {@code MINIDUMP_THREAD_NAME}, which is packed. */
    private static final int THREAD_NAME_BYTES = 12;
    /** {@code MINIDUMP_UNLOADED_MODULE}, and what precedes the first. */
    private static final int UNLOADED_BYTES = 24;

    private static final int UNLOADED_HEADER = 12;

    private final MemorySegment file;
    private final List<StreamEntry> streams;

    private Minidump(MemorySegment file, List<StreamEntry> streams) {
        this.file = file;
        this.streams = List.copyOf(streams);
    }

    /** Whether the bytes start like any minidump. */
    public static boolean isMinidump(MemorySegment file) {
        return file.byteSize() >= HEADER && LittleEndian.s32(file, 0) == SIGNATURE;
    }

    /**
     * Reads the directory.
     *
     * @param file the whole file; it must stay valid as long as the dump is used
     */
    public static Minidump parse(MemorySegment file) {
        if (!isMinidump(file)) {
            throw malformed(0, "there is no signature of a minidump");
        }
        long count = LittleEndian.u32(file, 8);
        long directory = LittleEndian.u32(file, 12);
        if (count > MOST_STREAMS || directory > file.byteSize() - count * StreamEntry.BYTES) {
            throw malformed(
                    8,
                    "a directory of %d streams at 0x%x in a file of %d bytes"
                            .formatted(count, directory, file.byteSize()));
        }
        List<StreamEntry> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = directory + (long) i * StreamEntry.BYTES;
            streams.add(new StreamEntry(
                    LittleEndian.u32(file, at), LittleEndian.u32(file, at + 4), LittleEndian.u32(file, at + 8)));
        }
        return new Minidump(file, streams);
    }

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }

    /** Its directory. */
    public List<StreamEntry> streams() {
        return streams;
    }

    /** When it was written, in seconds since 1970 (UTC). */
    public long timestamp() {
        return LittleEndian.u32(file, 20);
    }

    private @Nullable StreamEntry stream(int type) {
        for (StreamEntry entry : streams) {
            if (entry.type() == type && entry.bytes() != 0) {
                return entry;
            }
        }
        return null;
    }

    private MemorySegment slice(long offset, long bytes) {
        if (offset < 0 || bytes > file.byteSize() - offset) {
            throw malformed(offset, "%d bytes are beyond the file of %d bytes".formatted(bytes, file.byteSize()));
        }
        return file.asSlice(offset, bytes);
    }

    /**
     * The elements of a stream that is a count and a list; some writers align the list to eight bytes.
     *
     * @return null without the stream
     */
    private @Nullable MemorySegment list(int type, int each) {
        StreamEntry entry = stream(type);
        if (entry == null) {
            return null;
        }
        MemorySegment bytes = slice(entry.fileOffset(), entry.bytes());
        if (bytes.byteSize() < Integer.BYTES) {
            throw malformed(entry.fileOffset(), "stream %d has no count".formatted(type));
        }
        long length = LittleEndian.u32(bytes, 0) * each;
        long first = bytes.byteSize() == Long.BYTES + length ? Long.BYTES : Integer.BYTES;
        if (length > bytes.byteSize() - first) {
            throw malformed(
                    entry.fileOffset(),
                    "stream %d of %d bytes has %d elements".formatted(type, entry.bytes(), length / each));
        }
        return bytes.asSlice(first, length);
    }

    /** Its modules, in the dump's order. */
    public List<MinidumpModule> modules() {
        MemorySegment list = list(StreamEntry.MODULES, MODULE_BYTES);
        List<MinidumpModule> modules = new ArrayList<>();
        Names names = new Names();
        for (long at = 0; list != null && at < list.byteSize(); at += MODULE_BYTES) {
            modules.add(new MinidumpModule(
                    names.read(LittleEndian.u32(list, at + 20)),
                    LittleEndian.u64(list, at),
                    LittleEndian.u32(list, at + 8),
                    LittleEndian.u32(list, at + 12),
                    LittleEndian.u32(list, at + 16),
                    pdb(LittleEndian.u32(list, at + 80), LittleEndian.u32(list, at + 76))));
        }
        return modules;
    }

    /** Reads the names of one list, which together cannot be longer than the file: many may share one text. */
    private final class Names {
        private long left = file.byteSize();

        String read(long at) {
            String name = text(at);
            left -= 2L * name.length();
            if (left < 0) {
                throw malformed(at, "names of a list are longer than the file of %d bytes".formatted(file.byteSize()));
            }
            return name;
        }
    }

    private String text(long at) {
        long bytes = LittleEndian.u32(slice(at, Integer.BYTES), 0);
        if (bytes > LONGEST_TEXT) {
            throw malformed(at, "a name of %d bytes".formatted(bytes));
        }
        byte[] text = slice(at + Integer.BYTES, bytes & ~1L).toArray(ValueLayout.JAVA_BYTE);
        return new String(text, StandardCharsets.UTF_16LE);
    }

    private @Nullable PdbReference pdb(long at, long bytes) {
        if (bytes <= RSDS_NAME || bytes > LONGEST_TEXT) {
            return null;
        }
        MemorySegment record = slice(at, bytes);
        if (LittleEndian.s32(record, 0) != RSDS) {
            return null;
        }
        byte[] guid = record.asSlice(4, SymbolFileId.BYTES).toArray(ValueLayout.JAVA_BYTE);
        String name = new String(record.asSlice(RSDS_NAME).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        int end = name.indexOf('\0');
        return new PdbReference(
                end < 0 ? name : name.substring(0, end), SymbolFileId.format(guid), LittleEndian.u32(record, 20));
    }

    /** Its threads, in the dump's order. */
    public List<MinidumpThread> threads() {
        MemorySegment list = list(StreamEntry.THREADS, THREAD_BYTES);
        int machine = system().map(MinidumpSystem::machine).orElse(0);
        List<MinidumpThread> threads = new ArrayList<>();
        for (long at = 0; list != null && at < list.byteSize(); at += THREAD_BYTES) {
            threads.add(new MinidumpThread(
                    LittleEndian.u32(list, at),
                    LittleEndian.u32(list, at + 4),
                    LittleEndian.u32(list, at + 8),
                    LittleEndian.u32(list, at + 12),
                    LittleEndian.u64(list, at + 16),
                    stack(list, at + 24),
                    context(LittleEndian.u32(list, at + 44), LittleEndian.u32(list, at + 40), machine)));
        }
        return threads;
    }

    private static @Nullable MemoryBlock stack(MemorySegment list, long at) {
        long bytes = LittleEndian.u32(list, at + 8);
        return bytes == 0 ? null : new MemoryBlock(LittleEndian.u64(list, at), LittleEndian.u32(list, at + 12), bytes);
    }

    private @Nullable ProcessorContext context(long at, long bytes, int machine) {
        return bytes == 0
                ? null
                : ProcessorContext.decode(slice(at, bytes), machine).orElse(null);
    }

    /** The system it ran on; empty when the dump does not say. */
    public Optional<MinidumpSystem> system() {
        StreamEntry entry = stream(StreamEntry.SYSTEM);
        if (entry == null) {
            return Optional.empty();
        }
        MemorySegment bytes = slice(entry.fileOffset(), SYSTEM_BYTES);
        long servicePack = LittleEndian.u32(bytes, 24);
        return Optional.of(new MinidumpSystem(
                LittleEndian.u16(bytes, 0),
                LittleEndian.u8(bytes, 6),
                LittleEndian.u8(bytes, 7),
                LittleEndian.u32(bytes, 8),
                LittleEndian.u32(bytes, 12),
                LittleEndian.u32(bytes, 16),
                LittleEndian.u32(bytes, 20),
                servicePack == 0 ? "" : text(servicePack)));
    }

    /** What it was written for; empty when nothing had happened. */
    public Optional<MinidumpException> exception() {
        StreamEntry entry = stream(StreamEntry.EXCEPTION);
        if (entry == null) {
            return Optional.empty();
        }
        MemorySegment bytes = slice(entry.fileOffset(), EXCEPTION_BYTES);
        int machine = system().map(MinidumpSystem::machine).orElse(0);
        return Optional.of(new MinidumpException(
                LittleEndian.u32(bytes, 0),
                ExceptionRecord.decode(bytes.asSlice(8, ExceptionRecord.BYTES_64), PointerWidth.BITS_64),
                context(LittleEndian.u32(bytes, 164), LittleEndian.u32(bytes, 160), machine)));
    }

    /** The number of the process; empty when the dump does not say. */
    public OptionalLong processId() {
        StreamEntry entry = stream(StreamEntry.MISCELLANEOUS);
        if (entry == null) {
            return OptionalLong.empty();
        }
        MemorySegment bytes = slice(entry.fileOffset(), 12);
        return (LittleEndian.u32(bytes, 4) & HAS_PROCESS_ID) == 0
                ? OptionalLong.empty()
                : OptionalLong.of(LittleEndian.u32(bytes, 8));
    }

    /** When the process began, in seconds since 1970 (UTC); empty when the dump does not say. */
    public OptionalLong processStart() {
        StreamEntry entry = stream(StreamEntry.MISCELLANEOUS);
        if (entry == null || entry.bytes() < 16) {
            return OptionalLong.empty();
        }
        MemorySegment bytes = slice(entry.fileOffset(), 16);
        return (LittleEndian.u32(bytes, 4) & HAS_PROCESS_TIMES) == 0
                ? OptionalLong.empty()
                : OptionalLong.of(LittleEndian.u32(bytes, 12));
    }

    /** Names of threads by their numbers, as far as the dump has any ({@code MINIDUMP_THREAD_NAME_LIST}). */
    public Map<Long, String> threadNames() {
        MemorySegment list = list(StreamEntry.THREAD_NAMES, THREAD_NAME_BYTES);
        Map<Long, String> named = new HashMap<>();
        Names names = new Names();
        for (long at = 0; list != null && at < list.byteSize(); at += THREAD_NAME_BYTES) {
            named.put(LittleEndian.u32(list, at), names.read(LittleEndian.u64(list, at + 4)));
        }
        return named;
    }

    /** Modules that had been unloaded, as far as the dump has any ({@code MINIDUMP_UNLOADED_MODULE_LIST}). */
    public List<UnloadedModule> unloadedModules() {
        StreamEntry entry = stream(StreamEntry.UNLOADED_MODULES);
        List<UnloadedModule> modules = new ArrayList<>();
        if (entry == null) {
            return modules;
        }
        MemorySegment bytes = slice(entry.fileOffset(), Math.max(entry.bytes(), UNLOADED_HEADER));
        long first = LittleEndian.u32(bytes, 0);
        long each = LittleEndian.u32(bytes, 4);
        long count = LittleEndian.u32(bytes, 8);
        if (first < UNLOADED_HEADER || each < UNLOADED_BYTES || first + count * each > bytes.byteSize()) {
            throw malformed(
                    entry.fileOffset(),
                    "%d unloaded modules of %d bytes in a stream of %d".formatted(count, each, entry.bytes()));
        }
        Names names = new Names();
        for (long at = first; at < first + count * each; at += each) {
            modules.add(new UnloadedModule(
                    names.read(LittleEndian.u32(bytes, at + 20)),
                    LittleEndian.u64(bytes, at),
                    LittleEndian.u32(bytes, at + 8)));
        }
        return modules;
    }

    /** Regions of the address space; empty when the dump does not have them. */
    public List<MinidumpRegion> regions() {
        StreamEntry entry = stream(StreamEntry.REGIONS);
        return entry == null
                ? List.of()
                : MemoryLists.regions(slice(entry.fileOffset(), Math.max(entry.bytes(), MEMORY_BYTES)), entry);
    }

    /** Pieces of memory it lists: those of the short list, then those of the list for whole processes. */
    public List<MemoryBlock> blocks() {
        List<MemoryBlock> blocks = new ArrayList<>();
        MemorySegment list = list(StreamEntry.MEMORY, MEMORY_BYTES);
        for (long at = 0; list != null && at < list.byteSize(); at += MEMORY_BYTES) {
            blocks.add(new MemoryBlock(
                    LittleEndian.u64(list, at), LittleEndian.u32(list, at + 12), LittleEndian.u32(list, at + 8)));
        }
        StreamEntry entry = stream(StreamEntry.MEMORY_64);
        if (entry != null) {
            blocks.addAll(MemoryLists.blocks(slice(entry.fileOffset(), Math.max(entry.bytes(), MEMORY_BYTES)), entry));
        }
        return blocks;
    }

    /** The memory it has, by virtual address. */
    public CapturedMemory memory() {
        int machine = system().map(MinidumpSystem::machine).orElse(0);
        return new CapturedMemory(
                file, blocks(), machine == ProcessorContext.MACHINE_X86 ? PointerWidth.BITS_32 : PointerWidth.BITS_64);
    }
}
