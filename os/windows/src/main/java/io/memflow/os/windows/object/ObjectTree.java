package io.memflow.os.windows.object;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All objects in a directory and in those below it. Where types cannot be told, only the directories of drivers, file systems
 * and devices are followed, by their names. Thread-safe.
 *
 * @param directories reads one of them
 */
public record ObjectTree(ObjectDirectory directories, ObjectHeaders headers, TypedObjects types) {
    private static final String DIRECTORY = "Directory";
    private static final Set<String> FOLLOWED = Set.of("Driver", "FileSystem", "Filters", "Device");
    /** More than any machine has; a hostile one may have as many as there is memory. */
    private static final int MOST_DIRECTORIES = 1 << 14;

    /** Entries of all directories together; one object may be in many of them. */
    private static final int MOST_ENTRIES = 1 << 18;

    /** Those in and below a directory, which is not among them, and what could not be followed. */
    public ObjectDirectory.Objects below(long root) {
        Set<Long> seen = new HashSet<>(Set.of(root));
        Deque<Long> unread = new ArrayDeque<>(seen);
        List<Long> objects = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        int read = 0;
        int entries = 0;
        while (!unread.isEmpty() && entries < MOST_ENTRIES && read < MOST_DIRECTORIES) {
            long directory = unread.poll();
            ObjectDirectory.Objects own = directories.read(directory, path(directory));
            read++;
            entries += own.objects().size();
            missing.addAll(own.missing());
            for (long object : own.objects()) {
                if (seen.add(object)) {
                    objects.add(object);
                    if (isDirectory(object)) {
                        unread.add(object);
                    }
                }
            }
        }
        if (!unread.isEmpty()) {
            missing.add(new MissingPart("object directory", "it has more directories or objects than were followed"));
        }
        return new ObjectDirectory.Objects(objects, missing);
    }

    private boolean isDirectory(long object) {
        return switch (types.is(object, DIRECTORY)) {
            case YES -> true;
            case NO -> false;
            case UNKNOWN -> isFollowed(object);
        };
    }

    private boolean isFollowed(long object) {
        try {
            String name = headers.name(object);
            return name != null && FOLLOWED.contains(name);
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private String path(long directory) {
        try {
            String path = headers.path(directory);
            return path == null ? "without a name" : path;
        } catch (MemflowException unreadable) {
            return "whose name cannot be read";
        }
    }
}
