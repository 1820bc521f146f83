package io.memflow.os.windows.page;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A page file of the target, as it was when its memory was taken. It has no header: page n lies n pages behind its start.
 * Immutable.
 *
 * @param number as entries of page tables have it
 * @param path for messages
 * @param bytes all of it
 */
public record PageFile(int number, String path, MemorySegment bytes) {
    private static final int PAGE_BYTES = 4096;

    /**
     * Opens one for reading; it stays mapped as long as it is reachable.
     *
     * @param argument the argument that names it, for messages
     * @throws MemflowException when there is none, or it is empty
     */
    public static PageFile open(int number, String argument, String path) {
        try (FileChannel channel = FileChannel.open(Path.of(path))) {
            if (channel.size() < PAGE_BYTES) {
                throw refused(argument, path, "it has %d bytes, less than a page".formatted(channel.size()), null);
            }
            return new PageFile(
                    number, path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw refused(argument, path, unreadable.toString(), unreadable);
        }
    }

    private static MemflowException refused(String argument, String path, String why, @Nullable Exception cause) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.UNABLE_TO_READ_FILE,
                "Argument %s: \"%s\" cannot be used (%s): give the machine's pagefile.sys, copied when its memory was."
                        .formatted(argument, path, why),
                cause);
    }

    /** Whether it has all of a page. */
    boolean holds(long page) {
        return Long.compareUnsigned(page, bytes.byteSize() / PAGE_BYTES) < 0;
    }

    /**
     * Copies bytes of a page that it {@link #holds}.
     *
     * @param from first of them, counted from the start of the page
     * @param target receives them; they must not reach beyond the page
     */
    void copy(long page, long from, MemorySegment target) {
        MemorySegment.copy(bytes, page * PAGE_BYTES + from, target, 0, target.byteSize());
    }
}
