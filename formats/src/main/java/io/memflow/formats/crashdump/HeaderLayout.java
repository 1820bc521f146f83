package io.memflow.formats.crashdump;

import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of {@code DUMP_HEADER32} and {@code DUMP_HEADER64} lie, as offsets into the file. Up to {@code
 * PsActiveProcessHead} both have the same fields, each of the width of a pointer from {@link #POINTERS} on; the parameters of
 * the stop code are such a row too.
 */
@SuppressWarnings("ImmutableEnumChecker") // Records of numbers only.
enum HeaderLayout {
    /** {@code DUMP_HEADER32}. */
    BITS_32(
            new Shape(PointerWidth.BITS_32, 0x1000, 1200),
            new Machine(0x20, 0x24, 0x28, 0x2C, 0x60, 0x64),
            new Event(0x320, 0x7D0, 0x820),
            new Facts(0xF88, 0xF8C, 0xF94, 0xFB8, 0xFC0)),
    /** {@code DUMP_HEADER64}. */
    BITS_64(
            new Shape(PointerWidth.BITS_64, 0x2000, 3000),
            new Machine(0x30, 0x34, 0x38, 0x40, 0x80, 0x88),
            new Event(0x348, 0xF00, 0xFB0),
            new Facts(0xF98, 0x1038, 0x1040, 0x1030, 0xFA8));

    /** {@code DirectoryTableBase}; behind it the pages' descriptions and the heads of two lists. */
    static final int POINTERS = 0x10;

    private static final int PAGE = 0x4547_4150;
    private static final int DUMP = 0x504D_5544;
    private static final int DU64 = 0x3436_5544;
    private static final long PAGE_PAGE = 0x4547_4150_4547_4150L;

    private final Shape shape;
    private final Machine machine;
    private final Event event;
    private final Facts facts;

    HeaderLayout(Shape shape, Machine machine, Event event, Facts facts) {
        this.shape = shape;
        this.machine = machine;
        this.event = event;
        this.facts = facts;
    }

    /**
     * Sizes.
     *
     * @param bytes of the whole header
     * @param contextBytes {@code ContextRecord}
     */
    record Shape(PointerWidth width, int bytes, int contextBytes) {}

    /** The machine, and why it stopped. */
    record Machine(int type, int processors, int bugCheck, int parameters, int debuggerData, int physicalMemory) {}

    /** What it stopped at. */
    record Event(int context, int exception, int comment) {}

    /** Facts of the dump. */
    record Facts(int type, int fields, int productType, int upTime, int systemTime) {}

    /** The layout of a file that starts like a crash dump; null for another one. */
    static @Nullable HeaderLayout of(MemorySegment file) {
        if (file.byteSize() < BITS_32.bytes() || LittleEndian.s32(file, 0) != PAGE) {
            return null;
        }
        return switch (LittleEndian.s32(file, 4)) {
            case DUMP -> BITS_32;
            case DU64 -> BITS_64;
            default -> null;
        };
    }

    /** The layout of the systems of a width. */
    static HeaderLayout of(PointerWidth width) {
        return width == PointerWidth.BITS_64 ? BITS_64 : BITS_32;
    }

    PointerWidth width() {
        return shape.width;
    }

    int bytes() {
        return shape.bytes;
    }

    int contextBytes() {
        return shape.contextBytes;
    }

    Machine machine() {
        return machine;
    }

    Event event() {
        return event;
    }

    Facts facts() {
        return facts;
    }

    int pointerBytes() {
        return shape.width.bytes();
    }

    /** A field of the width of a pointer. */
    long pointer(MemorySegment file, long offset) {
        return this == BITS_64 ? LittleEndian.u64(file, offset) : LittleEndian.u32(file, offset);
    }

    /** The same; null when the system left it out. */
    @Nullable
    Long keptPointer(MemorySegment file, long offset) {
        if (this == BITS_64) {
            return keptLong(file, offset);
        }
        Integer kept = keptInt(file, offset);
        return kept == null ? null : Integer.toUnsignedLong(kept);
    }

    /** A field of 64 bits; null when the system left it out. */
    static @Nullable Long keptLong(MemorySegment file, long offset) {
        long value = LittleEndian.u64(file, offset);
        return value == PAGE_PAGE ? null : value;
    }

    /** A field of 32 bits; null when the system left it out. */
    static @Nullable Integer keptInt(MemorySegment file, long offset) {
        int value = LittleEndian.s32(file, offset);
        return value == PAGE ? null : value;
    }
}
