package io.memflow.formats.crashdump;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The contents of a triage dump ({@code TRIAGE_DUMP64}): drivers, the stack and some pieces of the kernel's memory. Immutable.
 */
public final class TriageDump {
    private static final long HEADER = CrashHeader.BYTES_64;
    private static final int HEADER_BYTES = 0x80;
    /** {@code KdDebuggerDataBlock} of the crash dump's header. */
    private static final int DEBUGGER_DATA = 0x80;
    /** A name's offset, four bytes unused, a {@code KLDR_DATA_TABLE_ENTRY64} of 0x88 bytes. */
    private static final int DRIVER_BYTES = 0x90;

    private static final int UNLOADED_BYTES = 0x38;
    private static final int UNLOADED_NAME_BYTES = 24;
    /** {@code MI_UNLOADED_DRIVERS} of the kernel. */
    private static final int MOST_UNLOADED = 50;

    private static final int BLOCK_BYTES = 16;
    /** A path of the kernel is at most 32767 characters long; those of drivers are far shorter. */
    private static final int LONGEST_PATH = 1 << 10;

    private final MemorySegment file;
    private final List<DumpDriver> drivers = new ArrayList<>();
    private final List<UnloadedDriver> unloaded = new ArrayList<>();
    private final List<MemoryBlock> blocks = new ArrayList<>();
    private final CapturedMemory memory;

    private TriageDump(MemorySegment file) {
        this.file = file;
        readDrivers(word(0x30), word(0x34));
        readUnloaded(word(0x18));
        addBlock(LittleEndian.u64(file, HEADER + 0x48), word(0x28), word(0x2C));
        addBlock(LittleEndian.u64(file, DEBUGGER_DATA), word(0x70), word(0x74));
        readBlocks(word(0x78), word(0x7C));
        memory = new CapturedMemory(file, blocks);
    }

    static TriageDump parse(MemorySegment file) {
        if (file.byteSize() < HEADER + HEADER_BYTES) {
            throw CrashDump.malformed(file.byteSize(), "the file ends within the header of the triage dump");
        }
        return new TriageDump(file);
    }

    private long word(long offset) {
        return LittleEndian.u32(file, HEADER + offset);
    }

    private void require(long offset, long bytes, String what) {
        if (bytes > file.byteSize() - offset) {
            throw CrashDump.malformed(offset, "the file ends within %s".formatted(what));
        }
    }

    private void readDrivers(long first, long count) {
        require(first, count * DRIVER_BYTES, "its list of drivers");
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * DRIVER_BYTES;
            long entry = at + 8;
            drivers.add(new DumpDriver(
                    path(LittleEndian.u32(file, at)),
                    LittleEndian.u64(file, entry + 0x30),
                    LittleEndian.u32(file, entry + 0x40),
                    LittleEndian.u32(file, entry + 0x78),
                    LittleEndian.u32(file, entry + 0x80)));
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
        require(at, Long.BYTES, "its list of unloaded drivers");
        long count = Math.min(LittleEndian.u32(file, at), MOST_UNLOADED);
        require(at + Long.BYTES, count * UNLOADED_BYTES, "its list of unloaded drivers");
        for (int i = 0; i < count; i++) {
            long entry = at + Long.BYTES + (long) i * UNLOADED_BYTES;
            long bytes = Math.min(LittleEndian.u16(file, entry), UNLOADED_NAME_BYTES);
            unloaded.add(new UnloadedDriver(
                    text(entry + 16, bytes & ~1L),
                    LittleEndian.u64(file, entry + 16 + UNLOADED_NAME_BYTES),
                    LittleEndian.u64(file, entry + 24 + UNLOADED_NAME_BYTES)));
        }
    }

    private void readBlocks(long first, long count) {
        if (first == 0) {
            return;
        }
        require(first, count * BLOCK_BYTES, "its list of memory blocks");
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * BLOCK_BYTES;
            addBlock(LittleEndian.u64(file, at), LittleEndian.u32(file, at + 8), LittleEndian.u32(file, at + 12));
        }
    }

    private void addBlock(long address, long offset, long bytes) {
        if (bytes != 0) {
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
     * The virtual memory it has: the stack of the thread that stopped the system and the
     * debugger's data, then what the list in the file says.
     */
    public List<MemoryBlock> blocks() {
        return List.copyOf(blocks);
    }

    /** What the kernel keeps for its debugger; empty when the dump does not have it. */
    public Optional<DebuggerData> debuggerData() {
        long offset = word(0x70);
        long bytes = word(0x74);
        return offset == 0 || bytes > file.byteSize() - offset
                ? Optional.empty()
                : DebuggerData.decode(file.asSlice(offset, bytes));
    }

    /** The memory it has, by virtual address; the rest is not present. */
    public CapturedMemory memory() {
        return memory;
    }
}
