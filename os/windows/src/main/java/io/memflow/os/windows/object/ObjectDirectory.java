package io.memflow.os.windows.object;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads directories of objects ({@code OBJECT_DIRECTORY}): 37 chains of {@code OBJECT_DIRECTORY_ENTRY}, each with a pointer to
 * the next entry and one to its object. Both structures have these at their beginnings in all builds from XP to 10 19041
 * (public symbols of ntoskrnl). Thread-safe.
 */
public final class ObjectDirectory {
    /** {@code NUMBER_HASH_BUCKETS} (Windows Research Kernel, ob.h), and the length of {@code HashBuckets} in public symbols. */
    private static final int BUCKETS = 37;
    /** More than any directory holds; a hostile one may have as many as there is memory. */
    private static final int MOST_ENTRIES = 1 << 16;

    private final WindowsKernel kernel;
    private final MemoryView memory;
    private final int word;

    public ObjectDirectory(WindowsKernel kernel) {
        this.kernel = kernel;
        memory = kernel.memory();
        word = kernel.pointerBytes();
    }

    /**
     * What a directory holds.
     *
     * @param objects virtual addresses, in the order of the chains
     * @param missing chains that could not be followed to their ends
     */
    public record Objects(List<Long> objects, List<MissingPart> missing) {
        public Objects {
            objects = List.copyOf(objects);
            missing = List.copyOf(missing);
        }
    }

    /**
     * All objects of a directory.
     *
     * @param directory virtual address of the directory
     * @param name what to call it when it is damaged
     */
    public Objects read(long directory, String name) {
        Walk walk = new Walk(name);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            walk.follow(directory + (long) bucket * word, bucket);
        }
        return new Objects(walk.objects, walk.missing);
    }

    private final class Walk {
        private final String name;
        private final Set<Long> visited = new HashSet<>();
        private final List<Long> objects = new ArrayList<>();
        private final List<MissingPart> missing = new ArrayList<>();

        Walk(String name) {
            this.name = name;
        }

        /** @param place where the pointer to the first entry is */
        void follow(long place, int bucket) {
            try {
                for (long entry = memory.readPointer(place); entry != 0; entry = memory.readPointer(entry)) {
                    String obstacle = obstacle(entry);
                    if (!obstacle.isEmpty()) {
                        damaged(bucket, "it leads to " + Address.format(entry) + ", which " + obstacle);
                        return;
                    }
                    long object = memory.readPointer(entry + word);
                    if (kernel.architecture().isKernelAddress(object)) {
                        objects.add(object);
                    } else {
                        damaged(bucket, "its entry at " + Address.format(entry) + " leads out of the kernel");
                    }
                }
            } catch (MemflowException unreadable) {
                damaged(bucket, String.valueOf(unreadable.getMessage()));
            }
        }

        /** Why there can be no entry at an address; empty when there can, and it counts as visited now. */
        private String obstacle(long entry) {
            if (!kernel.architecture().isKernelAddress(entry) || entry % word != 0) {
                return "is no place of an entry";
            }
            if (visited.size() == MOST_ENTRIES) {
                return "is one more than a directory can hold";
            }
            return visited.add(entry) ? "" : "was there before";
        }

        private void damaged(int bucket, String why) {
            missing.add(new MissingPart("chain %d of directory %s".formatted(bucket, name), why));
        }
    }
}
