package io.memflow.os.windows.synthetic;

import java.util.Locale;

/** Puts objects into directories: at the beginning of the chain that their name belongs to. Stateless. */
final class DirectoryEntries {
    /** {@code HashBuckets} of {@code OBJECT_DIRECTORY}. */
    private static final int BUCKETS = 37;
    /** {@code OBJECT_DIRECTORY_ENTRY}: the next one, the object, and since 2003 the number that the name was turned into. */
    private static final int WORDS = 3;

    private DirectoryEntries() {}

    static void add(SyntheticSpace space, KernelPool pool, long directory, long object, String name) {
        int pointer = space.pointerBytes();
        long hash = hash(name);
        long bucket = directory + hash % BUCKETS * pointer;
        long entry = pool.allocate(WORDS * pointer, "ObDi");
        space.pointer(entry, space.get(bucket, pointer));
        space.pointer(entry + pointer, object);
        space.put32(entry + 2L * pointer, hash);
        space.pointer(bucket, entry);
    }

    /** As {@code ObpLookupDirectoryEntry} does (Windows Research Kernel, obdir.c): regardless of case. */
    private static long hash(String name) {
        int hash = 0;
        for (char character : name.toUpperCase(Locale.ROOT).toCharArray()) {
            hash += (hash << 1) + (hash >>> 1) + character;
        }
        return hash & 0xFFFF_FFFFL;
    }
}
