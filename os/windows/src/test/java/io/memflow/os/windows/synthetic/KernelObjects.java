package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Makes objects with their headers, and the types they are of. Confined. */
final class KernelObjects {
    /** Bit of {@code OBJECT_HEADER.InfoMask}: a name lies before the header. */
    private static final int NAMED = 2;

    private final SyntheticSpace space;
    private final SyntheticTypes types;
    private final KernelPool pool;
    private final Map<ObjectType, Long> typeObjects = new EnumMap<>(ObjectType.class);
    private final int cookie;
    private final int pointer;

    KernelObjects(SyntheticSpace space, SyntheticTypes types, KernelPool pool, long seed) {
        this.space = space;
        this.types = types;
        this.pool = pool;
        pointer = space.pointerBytes();
        // Only 10 and later mix it into the headers.
        cookie = types.build() >= WindowsVersion.TEN ? new SplittableRandom(seed ^ 0xC00C1E).nextInt(1, 0x100) : 0;
        for (ObjectType type : ObjectType.values()) {
            typeObjects.put(type, typeObject(type));
        }
    }

    /** {@code ObHeaderCookie}; 0 on builds that have none. */
    int cookie() {
        return cookie;
    }

    /** The {@code OBJECT_TYPE} of a type. */
    long type(ObjectType type) {
        Long known = typeObjects.get(type);
        return known == null ? 0 : known;
    }

    private long typeObject(ObjectType type) {
        long body = create(ObjectType.TYPE, types.size("_OBJECT_TYPE"), type.text());
        long list = body + types.at("_OBJECT_TYPE", "TypeList");
        space.link(list, pointer, list, list);
        pool.string(body + types.at("_OBJECT_TYPE", "Name"), type.text());
        space.put8(body + types.at("_OBJECT_TYPE", "Index"), type.index());
        int key = 0;
        for (int i = 3; i >= 0; i--) {
            key = key << Byte.SIZE | type.tag(WindowsVersion.EIGHT).charAt(i);
        }
        space.put32(body + types.at("_OBJECT_TYPE", "Key"), key);
        if (type == ObjectType.TYPE) {
            // It is of its own type, whose address was not known before.
            typeObjects.put(type, body);
            writeType(body, type);
        }
        return body;
    }

    /** Puts the types, which are made before any directory, into theirs. */
    void nameTypes(long directory) {
        int nameBytes = types.size("_OBJECT_HEADER_NAME_INFO");
        typeObjects.forEach((type, object) -> {
            long info = object - types.at("_OBJECT_HEADER", "Body") - nameBytes;
            space.pointer(info + types.at("_OBJECT_HEADER_NAME_INFO", "Directory"), directory);
            DirectoryEntries.add(space, pool, directory, object, type.text());
        });
    }

    /** Writes {@code ObTypeIndexTable}; on builds whose headers have pointers there is none. */
    void writeTable(long table) {
        if (!types.has("_OBJECT_HEADER", "TypeIndex")) {
            return;
        }
        space.pointer(table + pointer, 0xBAD0_B0B0L);
        typeObjects.forEach((type, object) -> space.pointer(table + (long) type.index() * pointer, object));
    }

    /**
     * Makes an object.
     *
     * @param bytes of what is behind its header
     * @param name of it; empty for none
     * @return virtual address of what is behind its header
     */
    long create(ObjectType type, int bytes, String name) {
        return create(type, bytes, name, 0);
    }

    /**
     * Makes an object in a directory.
     *
     * @param directory where its name is; 0 for none
     */
    long create(ObjectType type, int bytes, String name, long directory) {
        long object = createOutside(type, bytes, name, directory);
        if (directory != 0 && !name.isEmpty()) {
            DirectoryEntries.add(space, pool, directory, object, name);
        }
        return object;
    }

    /**
     * Makes an object that says it is in a directory, and is not.
     *
     * @param directory where its name says it is; 0 for none
     */
    long createOutside(ObjectType type, int bytes, String name, long directory) {
        int nameBytes = name.isEmpty() ? 0 : types.size("_OBJECT_HEADER_NAME_INFO");
        int headerBytes = types.at("_OBJECT_HEADER", "Body");
        long block = pool.allocate(nameBytes + headerBytes + bytes, type.tag(types.build()));
        long header = block + nameBytes;
        if (!name.isEmpty()) {
            kernelName(block, name, directory);
            if (types.has("_OBJECT_HEADER", "InfoMask")) {
                space.put8(header + types.at("_OBJECT_HEADER", "InfoMask"), NAMED);
            } else {
                space.put8(header + types.at("_OBJECT_HEADER", "NameInfoOffset"), nameBytes);
            }
        }
        space.pointer(header + types.at("_OBJECT_HEADER", "PointerCount"), 3);
        space.pointer(header + types.at("_OBJECT_HEADER", "HandleCount"), 1);
        long body = header + headerBytes;
        writeType(body, type);
        return body;
    }

    private void kernelName(long info, String name, long directory) {
        space.pointer(info + types.at("_OBJECT_HEADER_NAME_INFO", "Directory"), directory);
        pool.string(info + types.at("_OBJECT_HEADER_NAME_INFO", "Name"), name);
    }

    private void writeType(long body, ObjectType type) {
        long header = body - types.at("_OBJECT_HEADER", "Body");
        if (types.has("_OBJECT_HEADER", "TypeIndex")) {
            int mixed = types.build() >= WindowsVersion.TEN ? cookie ^ (int) (header >>> Byte.SIZE & 0xFF) : 0;
            space.put8(header + types.at("_OBJECT_HEADER", "TypeIndex"), type.index() ^ mixed);
        } else {
            space.pointer(header + types.at("_OBJECT_HEADER", "Type"), type(type));
        }
    }
}
