package io.memflow.formats.crashdump;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The contents of a triage dump ({@code TRIAGE_DUMP32/64}): drivers, the stack, some structures and some pieces of the
 * kernel's memory. Which parts there are the header says ({@code MiniDumpFields}). Immutable.
 */
public final class TriageDump {
    /** {@code MI_UNLOADED_DRIVERS} of the kernel. */
    private static final int MOST_UNLOADED = 50;

    private static final int UNLOADED_NAME_BYTES = 24;
    /** {@code TRIAGE_DATA_BLOCK}. */
    private static final int BLOCK_BYTES = 16;
    /** A path of the kernel is at most 32767 characters long; those of drivers are far shorter. */
    private static final int LONGEST_PATH = 1 << 10;

    private static final int HAS_DATA_PAGE = 0x200;
    private static final int HAS_DEBUGGER_DATA = 0x400;
    private static final int HAS_BLOCKS = 0x800;
    private static final int TOP_OF_STACK = 0x48;

    private final MemorySegment file;
    private final HeaderLayout header;
    private final TriageLayout layout;
    private final int fields;
    private final List<DumpDriver> drivers = new ArrayList<>();
    private final List<UnloadedDriver> unloaded = new ArrayList<>();
    private final List<MemoryBlock> blocks = new ArrayList<>();
    private final CapturedMemory memory;

    private TriageDump(MemorySegment file, HeaderLayout header) {
        this.file = file;
        this.header = header;
        layout = TriageLayout.of(header.width());
        Integer kept = HeaderLayout.keptInt(file, header.facts().fields());
        fields = kept == null ? 0 : kept;
        readDrivers(word(0x30), word(0x34));
        readUnloaded(word(0x18));
        addBlock(pointer(TOP_OF_STACK), word(0x28), word(0x2C));
        TriageLayout.Parts parts = layout.parts();
        if (has(HAS_DATA_PAGE)) {
            int behind = parts.dataPage() + header.pointerBytes();
            addBlock(pointer(parts.dataPage()), word(behind), word(behind + 4L));
        }
        Long debugger = header.keptPointer(file, header.machine().debuggerData());
        if (has(HAS_DEBUGGER_DATA) && debugger != null) {
            addBlock(debugger, word(parts.debuggerData()), word(parts.debuggerData() + 4L));
        }
        if (has(HAS_BLOCKS)) {
            readBlocks(word(parts.blocks()), word(parts.blocks() + 4L));
        }
        memory = new CapturedMemory(file, blocks, header.width());
    }

    static TriageDump parse(MemorySegment file, HeaderLayout header) {
        if (file.byteSize()
                < header.bytes() + TriageLayout.of(header.width()).parts().bytes()) {
            throw CrashDump.malformed(file.byteSize(), "the file ends within the header of the triage dump");
        }
        return new TriageDump(file, header);
    }

    private boolean has(int flag) {
        return (fields & flag) != 0;
    }

    private long word(long offset) {
        return LittleEndian.u32(file, header.bytes() + offset);
    }

    private long pointer(long offset) {
        return header.pointer(file, header.bytes() + offset);
    }

    private void require(long offset, long bytes, String what) {
        if (bytes > file.byteSize() - offset) {
            throw CrashDump.malformed(offset, "the file ends within %s".formatted(what));
        }
    }

    private void readDrivers(long first, long count) {
        TriageLayout.Driver driver = layout.driver();
        require(first, count * driver.bytes(), "its list of drivers");
        long names = 0;
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * driver.bytes();
            drivers.add(new DumpDriver(
                    path(LittleEndian.u32(file, at)),
                    header.pointer(file, at + driver.base()),
                    LittleEndian.u32(file, at + driver.size()),
                    LittleEndian.u32(file, at + driver.checksum()),
                    LittleEndian.u32(file, at + driver.timestamp())));
            names += 2L * drivers.getLast().path().length();
            if (names > file.byteSize()) {
                // Many entries may share one name.
                throw CrashDump.malformed(at, "names of drivers are longer than the file");
            }
        }
    }

    /** {@code DUMP_STRING}: how many characters, then the characters. */
    private String path(long at) {
        require(at, Integer.BYTES, "the name of a driver");
        long characters = LittleEndian.u32(file, at);
        if (characters > LONGEST_PATH) {
            throw CrashDump.malformed(at, "the path of a driver has %d characters".formatted(characters));
        }
        require(at + Integer.BYTES, 2 * characters, "the name of a driver");
        return text(at + Integer.BYTES, 2 * characters);
    }

    private String text(long at, long bytes) {
        return new String(file.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_16LE);
    }

    private void readUnloaded(long at) {
        if (at == 0) {
            return;
        }
        TriageLayout.Unloaded entry = layout.unloaded();
        require(at, entry.first(), "its list of unloaded drivers");
        long count = Math.min(LittleEndian.u32(file, at), MOST_UNLOADED);
        require(at + entry.first(), count * entry.bytes(), "its list of unloaded drivers");
        for (int i = 0; i < count; i++) {
            long name = at + entry.first() + (long) i * entry.bytes() + entry.name();
            long bytes = Math.min(LittleEndian.u16(file, name - entry.name()), UNLOADED_NAME_BYTES);
            long places = name + UNLOADED_NAME_BYTES;
            unloaded.add(new UnloadedDriver(
                    text(name, bytes & ~1L),
                    header.pointer(file, places),
                    header.pointer(file, places + header.pointerBytes())));
        }
    }

    private void readBlocks(long first, long count) {
        if (first == 0) {
            return;
        }
        require(first, count * BLOCK_BYTES, "its list of memory blocks");
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * BLOCK_BYTES;
            // The debuggers' addresses have 64 bits on every system; those of 32-bit ones are sign-extended.
            addBlock(header.pointer(file, at), LittleEndian.u32(file, at + 8), LittleEndian.u32(file, at + 12));
        }
    }

    private void addBlock(long address, long offset, long bytes) {
        if (bytes != 0 && offset != 0) {
            blocks.add(new MemoryBlock(address, offset, bytes));
        }
    }

    /** Drivers that were loaded, the kernel first. */
    public List<DumpDriver> drivers() {
        return List.copyOf(drivers);
    }

    /** Drivers that had been unloaded, as far as the kernel keeps them. */
    public List<UnloadedDriver> unloadedDrivers() {
        return List.copyOf(unloaded);
    }

    /**
     * The virtual memory it has: the stack of the thread that stopped the system, a page of data and the debugger's data,
     * then what the list in the file says.
     */
    public List<MemoryBlock> blocks() {
        return List.copyOf(blocks);
    }

    /** What the kernel keeps for its debugger; empty when the dump does not have it. */
    public Optional<DebuggerData> debuggerData() {
        return debuggerBytes().flatMap(DebuggerData::decode);
    }

    /** What the kernel tells its debugger of its structures; empty when the dump, or the kernel, does not have it. */
    public Optional<DebuggerOffsets> debuggerOffsets() {
        return debuggerBytes().flatMap(DebuggerOffsets::decode);
    }

    private Optional<MemorySegment> debuggerBytes() {
        long offset = word(layout.parts().debuggerData());
        long bytes = word(layout.parts().debuggerData() + 4L);
        return !has(HAS_DEBUGGER_DATA) || offset == 0 || bytes > file.byteSize() - offset
                ? Optional.empty()
                : Optional.of(file.asSlice(offset, bytes));
    }

    /**
     * The copy of a structure, as the piece of memory it is.
     *
     * @param address virtual address it had been at, which the file does not say
     * @param bytes how long it is, which the file does not say either
     * @return empty when the dump does not have it, or ends before its last byte
     */
    public Optional<MemoryBlock> object(TriageObject object, long address, long bytes) {
        long offset = word(object.field());
        return !has(object.flag()) || offset == 0 || bytes > file.byteSize() - offset
                ? Optional.empty()
                : Optional.of(new MemoryBlock(address, offset, bytes));
    }

    /** The memory it has, by virtual address; the rest is {@link io.memflow.core.memory.Fault#NOT_IN_DUMP}. */
    public CapturedMemory memory() {
        return memory;
    }
}
