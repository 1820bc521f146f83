package io.memflow.formats.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes triage dumps: synthetic ones, by the published offsets. */
public final class TriageDumpBuilder {
    private static final int LARGEST = 1 << 20;
    private static final int HEADER_64 = 0x2000;
    private static final int HEADER_32 = 0x1000;
    /** {@code TRIAGE_DUMP_BASIC_INFO}: everything but what has a bit of its own. */
    private static final int BASIC = 0xFF;

    private static final int DEBUGGER_DATA = 0x400;
    private static final int BLOCKS = 0x800;

    private record Range(long start, long end) {}

    private record Driver(String path, Range place) {}

    private static final class Block {
        private final long address;
        private final byte[] bytes;

        Block(long address, byte[] bytes) {
            this.address = address;
            this.bytes = bytes;
        }
    }

    private final boolean isWide;
    private final List<Driver> drivers = new ArrayList<>();
    private final List<Driver> unloaded = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final byte[][] objects = new byte[3][0];
    private Block stack = new Block(0, new byte[0]);
    private byte[] debuggerData = new byte[0];
    private int fields = BASIC;

    private TriageDumpBuilder(boolean isWide) {
        this.isWide = isWide;
    }

    /** A dump of a 64-bit system. */
    public static TriageDumpBuilder wide() {
        return new TriageDumpBuilder(true);
    }

    /** A dump of a 32-bit system. */
    public static TriageDumpBuilder narrow() {
        return new TriageDumpBuilder(false);
    }

    /** A {@code KDDEBUGGER_DATA64} with no offsets of structures. */
    public static byte[] debuggerData(long kernel, long modules, long processes) {
        ByteBuffer data = ByteBuffer.allocate(0x380).order(ByteOrder.LITTLE_ENDIAN);
        data.put(0x10, "KDBG".getBytes(StandardCharsets.US_ASCII)).putInt(0x14, 0x380);
        return data.putLong(0x18, kernel)
                .putLong(0x48, modules)
                .putLong(0x50, processes)
                .array();
    }

    /** Adds a driver, of checksum 0xCE9F and time stamp 0x1A7BE8E9. */
    public TriageDumpBuilder driver(String path, long base, int bytes) {
        drivers.add(new Driver(path, new Range(base, base + bytes)));
        return this;
    }

    /** Adds a driver that was unloaded. */
    public TriageDumpBuilder unloaded(String name, long start, long end) {
        unloaded.add(new Driver(name, new Range(start, end)));
        return this;
    }

    /** The stack from an address on. */
    public TriageDumpBuilder stack(long address, byte[] bytes) {
        stack = new Block(address, bytes);
        return this;
    }

    /** {@code KDDEBUGGER_DATA64}. */
    public TriageDumpBuilder debuggerData(byte[] bytes) {
        debuggerData = bytes;
        fields |= DEBUGGER_DATA;
        return this;
    }

    /** {@code KPRCB}, {@code EPROCESS} and {@code ETHREAD}. */
    public TriageDumpBuilder objects(byte[] processor, byte[] process, byte[] thread) {
        objects[0] = processor;
        objects[1] = process;
        objects[2] = thread;
        return this;
    }

    /** Adds a piece of memory. */
    public TriageDumpBuilder block(long address, byte[] bytes) {
        blocks.add(new Block(address, bytes));
        fields |= BLOCKS;
        return this;
    }

    /** The file. */
    public byte[] build() {
        byte[] header = (isWide ? CrashDumpBuilder.wide(4) : CrashDumpBuilder.narrow(4)).build();
        ByteBuffer file = ByteBuffer.allocate(LARGEST).order(ByteOrder.LITTLE_ENDIAN);
        file.put(header).putInt(isWide ? 0x1038 : 0xF8C, fields);
        int at = isWide ? HEADER_64 : HEADER_32;
        file.position(at + 0x80);
        file.putInt(at + 0x18, unloadedList(file));
        for (int i = 0; i < objects.length; i++) {
            if (objects[i].length != 0) {
                file.putInt(at + 0x1C + 4 * i, put(file, objects[i]));
            }
        }
        file.putInt(at + 0x28, put(file, stack.bytes)).putInt(at + 0x2C, stack.bytes.length);
        pointer(file, at + 0x48, stack.address);
        file.putInt(at + 0x30, driverList(file)).putInt(at + 0x34, drivers.size());
        int data = at + (isWide ? 0x70 : 0x58);
        file.putInt(data, put(file, debuggerData)).putInt(data + 4, debuggerData.length);
        file.putInt(data + 8, blockList(file)).putInt(data + 12, blocks.size());
        byte[] whole = new byte[file.position()];
        file.get(0, whole);
        return whole;
    }

    private static int put(ByteBuffer file, byte[] bytes) {
        int at = file.position();
        file.put(bytes).position(file.position() + 7 & -8);
        return at;
    }

    private void pointer(ByteBuffer file, int at, long value) {
        if (isWide) {
            file.putLong(at, value);
        } else {
            file.putInt(at, (int) value);
        }
    }

    private int unloadedList(ByteBuffer file) {
        int word = isWide ? 8 : 4;
        int each = isWide ? 0x38 : 0x28;
        int list = put(file, new byte[word + unloaded.size() * each]);
        file.putInt(list, unloaded.size());
        for (int i = 0; i < unloaded.size(); i++) {
            int entry = list + word + i * each;
            byte[] name = unloaded.get(i).path.getBytes(StandardCharsets.UTF_16LE);
            file.putShort(entry, (short) name.length).put(entry + 2 * word, name);
            pointer(file, entry + 2 * word + 24, unloaded.get(i).place.start);
            pointer(file, entry + 3 * word + 24, unloaded.get(i).place.end);
        }
        return list;
    }

    private int driverList(ByteBuffer file) {
        int each = isWide ? 0x90 : 0x4C;
        int list = put(file, new byte[drivers.size() * each]);
        for (int i = 0; i < drivers.size(); i++) {
            Driver driver = drivers.get(i);
            int entry = list + i * each;
            int loader = entry + (isWide ? 8 : 4);
            pointer(file, loader + (isWide ? 0x30 : 0x18), driver.place.start);
            file.putInt(loader + (isWide ? 0x40 : 0x20), (int) (driver.place.end - driver.place.start));
            file.putInt(loader + (isWide ? 0x78 : 0x40), 0xCE9F).putInt(loader + (isWide ? 0x80 : 0x44), 0x1A7BE8E9);
            ByteBuffer name = ByteBuffer.allocate(4 + 2 * driver.path.length()).order(ByteOrder.LITTLE_ENDIAN);
            name.putInt(driver.path.length()).put(driver.path.getBytes(StandardCharsets.UTF_16LE));
            file.putInt(entry, put(file, name.array()));
        }
        return list;
    }

    private int blockList(ByteBuffer file) {
        int list = put(file, new byte[blocks.size() * 16]);
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            // Sign-extended, as the kernel does with the addresses of 32-bit systems.
            long address = isWide ? block.address : (int) block.address;
            file.putLong(list + 16 * i, address).putInt(list + 16 * i + 12, block.bytes.length);
            file.putInt(list + 16 * i + 8, put(file, block.bytes));
        }
        return list;
    }
}
