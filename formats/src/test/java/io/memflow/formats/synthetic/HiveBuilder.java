package io.memflow.formats.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes hives by the published format: a tree of keys with stable and volatile parts. Confined. */
public final class HiveBuilder {
    /** Index bit of cells that are in memory only. */
    public static final int VOLATILE = 1 << 31;
    /** 2020-01-01 in units of 100 ns since 1601. */
    public static final long WRITTEN = 132_223_104_000_000_000L;

    private static final int PAGE = 4096;
    private static final int NONE = -1;
    private static final int REG_SZ = 1;
    private static final int REG_DWORD = 4;
    private static final int KEY_VOLATILE = 1;
    private static final int KEY_HIVE_EXIT = 2;
    private static final int KEY_HIVE_ENTRY = 4;
    private static final int KEY_SYM_LINK = 0x10;
    private static final int BIN_HEADER = 32;
    private static final int SEGMENT = 16344;
    private static final int KEY_BYTES = 76;
    private static final int VALUE_BYTES = 20;

    private final Storage[] storages = {new Storage(0), new Storage(VOLATILE)};
    private final Key root;
    private final int minor;
    private int security;
    private int rootCell;

    /** How the subkeys of a key are listed. */
    public enum Lists {
        INDEX_LEAF("li", 4),
        FAST_LEAF("lf", 8),
        HASH_LEAF("lh", 8),
        /** A list of two lists. */
        INDEX_ROOT("lh", 8);

        private final String signature;
        private final int bytes;

        Lists(String signature, int bytes) {
            this.signature = signature;
            this.bytes = bytes;
        }
    }

    /** A hive of version 1.5. The name of its root is no part of paths. */
    public HiveBuilder() {
        this(5, "CMI-CreateHive");
    }

    public HiveBuilder(int minor, String rootName) {
        this.minor = minor;
        root = new Key(rootName, 0);
    }

    /** One key, to be filled. */
    public static final class Key {
        private final String name;
        private final int storage;
        private final List<Key> keys = new ArrayList<>();
        private final List<Value> values = new ArrayList<>();
        private Lists lists = Lists.HASH_LEAF;
        private String className = "";
        private int flags;
        private long mountedHive;
        private int cell;

        private Key(String name, int storage) {
            this.name = name;
            this.storage = storage;
        }

        public Key key(String child) {
            Key made = new Key(child, storage);
            keys.add(made);
            return made;
        }

        /** A key in memory only. */
        public Key volatileKey(String child) {
            Key made = new Key(child, 1);
            made.flags = KEY_VOLATILE;
            keys.add(made);
            return made;
        }

        public Key value(String valueName, long type, byte[] data) {
            values.add(new Value(valueName, type, data));
            return this;
        }

        public Key text(String valueName, String text) {
            return value(valueName, REG_SZ, (text + '\0').getBytes(StandardCharsets.UTF_16LE));
        }

        public Key number(String valueName, int number) {
            return value(
                    valueName,
                    REG_DWORD,
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(number)
                            .array());
        }

        public Key className(String text) {
            className = text;
            return this;
        }

        public Key lists(Lists kind) {
            lists = kind;
            return this;
        }

        public Key link() {
            flags |= KEY_SYM_LINK;
            return this;
        }

        /** Another hive, {@code _HHIVE} at that address, begins there. */
        public Key mount(long hive) {
            flags |= KEY_HIVE_EXIT;
            mountedHive = hive;
            return this;
        }

        private boolean isCompressed() {
            return isLatin(name);
        }
    }

    private static final class Value {
        private final String name;
        private final long type;
        private final byte[] data;

        Value(String name, long type, byte[] data) {
            this.name = name;
            this.type = type;
            this.data = data;
        }
    }

    /** Cells of one kind, in bins. */
    private static final class Storage {
        private final int bit;
        private final List<byte[]> bins = new ArrayList<>();
        private int used;
        private int free = BIN_HEADER;

        Storage(int bit) {
            this.bit = bit;
        }

        /** Makes a cell of those contents. */
        int put(byte[] contents) {
            int size = contents.length + 4 + 7 & -8;
            if (bins.isEmpty() || free + size > bins.getLast().length) {
                endBin();
                bins.add(newBin(size));
                free = BIN_HEADER;
            }
            ByteBuffer bin = order(bins.getLast());
            bin.putInt(free, -size).put(free + 4, contents);
            int cell = used + free | bit;
            free += size;
            return cell;
        }

        private byte[] newBin(int size) {
            byte[] bin = new byte[(BIN_HEADER + size + PAGE - 1) / PAGE * PAGE];
            order(bin).putInt(0x6E69_6268).putInt(used).putInt(bin.length);
            return bin;
        }

        void endBin() {
            if (!bins.isEmpty()) {
                byte[] bin = bins.getLast();
                if (free < bin.length) {
                    order(bin).putInt(free, bin.length - free);
                }
                used += bin.length;
            }
        }

        byte[] all() {
            ByteBuffer all = ByteBuffer.allocate(
                    bins.stream().mapToInt(bin -> bin.length).sum());
            bins.forEach(all::put);
            return all.array();
        }

        void set(int cell, int offset, int value) {
            int at = (cell & ~VOLATILE) + 4 + offset;
            for (byte[] bin : bins) {
                if (at < bin.length) {
                    order(bin).putInt(at, value);
                    return;
                }
                at -= bin.length;
            }
        }
    }

    private static ByteBuffer order(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    public Key root() {
        return root;
    }

    /** Bytes of the bins of what is in memory only. To be called behind {@link #build}. */
    public byte[] volatileBins() {
        return storages[1].all();
    }

    /** The file: base block and bins. To be called once. */
    public byte[] build() {
        byte[] descriptor = {1, 0, 4, (byte) 0x80, 20, 0, 0, 0};
        security = storages[0].put(new byte[20 + descriptor.length]);
        storages[0].set(security, 0, 0x6B73);
        storages[0].set(security, 4, security);
        storages[0].set(security, 8, security);
        storages[0].set(security, 12, 1);
        storages[0].set(security, 16, descriptor.length);
        rootCell = write(root);
        storages[0].endBin();
        storages[1].endBin();
        byte[] bins = storages[0].all();
        byte[] file = new byte[PAGE + bins.length];
        System.arraycopy(baseBlock(bins.length), 0, file, 0, PAGE);
        System.arraycopy(bins, 0, file, PAGE, bins.length);
        return file;
    }

    private byte[] baseBlock(int bytes) {
        ByteBuffer block = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(0x6667_6572).putInt(7).putInt(7).putLong(WRITTEN);
        block.putInt(1)
                .putInt(minor)
                .putInt(0)
                .putInt(1)
                .putInt(rootCell)
                .putInt(bytes)
                .putInt(1);
        block.put("emRoot\\System32\\Config\\MADE".getBytes(StandardCharsets.UTF_16LE));
        return sealed(block.array());
    }

    /** Puts the right checksum into a base block. */
    public static byte[] sealed(byte[] file) {
        ByteBuffer block = order(file);
        int sum = 0;
        for (int at = 0; at < 508; at += 4) {
            sum ^= block.getInt(at);
        }
        block.putInt(508, sum);
        return file;
    }

    /** Children first, so that a key's cell knows all of its lists. */
    private int write(Key key) {
        Storage storage = storages[key.storage];
        int[] lists = {list(key, 0), list(key, 1)};
        int values = valueList(key, storage);
        int classCell = key.className.isEmpty() ? NONE : storage.put(key.className.getBytes(StandardCharsets.UTF_16LE));
        byte[] name = encoded(key.name);
        ByteBuffer cell = ByteBuffer.allocate(KEY_BYTES + name.length).order(ByteOrder.LITTLE_ENDIAN);
        int flags = key.flags | (key.isCompressed() ? 0x20 : 0) | (key == root ? KEY_HIVE_ENTRY : 0);
        cell.putShort((short) 0x6B6E).putShort((short) flags).putLong(WRITTEN);
        cell.putInt(16, NONE)
                .putInt(20, count(key, 0))
                .putInt(24, count(key, 1))
                .putInt(28, lists[0])
                .putInt(32, lists[1])
                .putInt(36, key.values.size())
                .putInt(40, values)
                .putInt(44, security)
                .putInt(48, classCell)
                .putShort(72, (short) name.length)
                .putShort(74, (short) (key.className.length() * 2))
                .put(KEY_BYTES, name);
        if (key.mountedHive != 0) {
            boolean isNarrow = key.mountedHive >>> 32 == 0;
            cell.putLong(isNarrow ? 0x20 : 0x24, key.mountedHive);
        }
        key.cell = storage.put(cell.array());
        for (Key child : key.keys) {
            storages[child.storage].set(child.cell, 16, key.cell);
        }
        return key.cell;
    }

    private static int count(Key key, int storage) {
        return (int) key.keys.stream().filter(child -> child.storage == storage).count();
    }

    private int list(Key key, int storage) {
        List<Key> keys =
                key.keys.stream().filter(child -> child.storage == storage).toList();
        if (keys.isEmpty()) {
            return NONE;
        }
        keys.forEach(this::write);
        if (key.lists != Lists.INDEX_ROOT) {
            return leaf(keys, key.lists, storage);
        }
        int half = keys.size() / 2;
        ByteBuffer list = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        list.put("ri".getBytes(StandardCharsets.US_ASCII)).putShort((short) 2);
        list.putInt(leaf(keys.subList(0, half), key.lists, storage));
        list.putInt(leaf(keys.subList(half, keys.size()), key.lists, storage));
        return storages[storage].put(list.array());
    }

    private int leaf(List<Key> keys, Lists kind, int storage) {
        ByteBuffer list = ByteBuffer.allocate(4 + keys.size() * kind.bytes).order(ByteOrder.LITTLE_ENDIAN);
        list.put(kind.signature.getBytes(StandardCharsets.US_ASCII)).putShort((short) keys.size());
        for (Key key : keys) {
            list.putInt(key.cell);
            if (kind.bytes == 8) {
                list.putInt(kind == Lists.FAST_LEAF ? 0 : hash(key.name));
            }
        }
        return storages[storage].put(list.array());
    }

    private static int hash(String name) {
        int hash = 0;
        for (char letter : name.toUpperCase(Locale.ROOT).toCharArray()) {
            hash = 37 * hash + letter;
        }
        return hash;
    }

    private int valueList(Key key, Storage storage) {
        if (key.values.isEmpty()) {
            return NONE;
        }
        ByteBuffer list = ByteBuffer.allocate(4 * key.values.size()).order(ByteOrder.LITTLE_ENDIAN);
        key.values.forEach(value -> list.putInt(value(value, storage)));
        return storage.put(list.array());
    }

    private int value(Value value, Storage storage) {
        byte[] name = encoded(value.name);
        ByteBuffer cell = ByteBuffer.allocate(VALUE_BYTES + name.length).order(ByteOrder.LITTLE_ENDIAN);
        int length = value.data.length;
        cell.putShort((short) 0x6B76).putShort((short) name.length);
        if (length <= 4) {
            cell.putInt(length | 1 << 31).put(8, value.data);
        } else {
            cell.putInt(length).putInt(data(value.data, storage));
        }
        cell.putInt(12, (int) value.type)
                .putShort(16, (short) (isLatin(value.name) ? 1 : 0))
                .put(VALUE_BYTES, name);
        return storage.put(cell.array());
    }

    private int data(byte[] data, Storage storage) {
        if (data.length <= SEGMENT || minor < 4) {
            return storage.put(data);
        }
        int count = (data.length + SEGMENT - 1) / SEGMENT;
        ByteBuffer list = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < data.length; from += SEGMENT) {
            list.putInt(storage.put(Arrays.copyOfRange(data, from, Math.min(data.length, from + SEGMENT))));
        }
        ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort((short) 0x6264).putShort((short) count).putInt(storage.put(list.array()));
        return storage.put(header.array());
    }

    private static boolean isLatin(String text) {
        return text.chars().allMatch(letter -> letter < 256);
    }

    private static byte[] encoded(String text) {
        return text.getBytes(isLatin(text) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
    }
}
