package io.memflow.formats.pe;

import io.memflow.formats.pages.ImagePages;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The way through an image's resources to its version (PE Format, "The .rsrc Section"). Stateless. */
final class ResourceTree {
    /** {@code RT_VERSION}. */
    private static final int VERSION = 16;

    private static final int DIRECTORY = 16;
    private static final int ENTRY = 8;
    private static final long INNER = 1L << 31;
    /** {@code wLength} of the block is 16 bits wide. */
    private static final int LONGEST = 1 << 16;

    private final ImagePages pages;
    private final long root;
    private final long bytes;

    private ResourceTree(ImagePages pages, long root, long bytes) {
        this.pages = pages;
        this.root = root;
        this.bytes = bytes;
    }

    /** The bytes of the first version resource in its first language. */
    static Optional<MemorySegment> version(ImagePages pages, long base, long imageBytes, DataDirectory directory) {
        if (!directory.isPresent() || directory.address() >= imageBytes) {
            return Optional.empty();
        }
        ResourceTree tree = new ResourceTree(pages, base + directory.address(), imageBytes - directory.address());
        // Three levels: type, name, language.
        long type = tree.child(0, VERSION);
        long name = (type & INNER) == 0 ? 0 : tree.child(type & ~INNER, -1);
        long language = (name & INNER) == 0 ? 0 : tree.child(name & ~INNER, -1);
        if (language == 0 || (language & INNER) != 0) {
            return Optional.empty();
        }
        tree.requireInside(language, DIRECTORY);
        long address = pages.unsigned(tree.root + language, Integer.BYTES);
        long length = pages.unsigned(tree.root + language + 4, Integer.BYTES);
        if (address >= imageBytes || length > imageBytes - address) {
            throw PeLimits.malformed(tree.root + language, "the version resource is beyond the image");
        }
        return Optional.of(MemorySegment.ofArray(pages.bytes(base + address, (int) Math.min(length, LONGEST))));
    }

    /** The offset of the entry of that number, or of the first for -1; 0 without one. */
    private long child(long directory, int wanted) {
        requireInside(directory, DIRECTORY);
        long at = root + directory;
        long named = pages.unsigned(at + 12, Short.BYTES);
        long count = Math.min(named + pages.unsigned(at + 14, Short.BYTES), PeLimits.MOST_RESOURCES);
        for (long i = 0; i < count; i++) {
            long entry = at + DIRECTORY + i * ENTRY;
            if (wanted < 0 || pages.unsigned(entry, Integer.BYTES) == wanted) {
                return pages.unsigned(entry + 4, Integer.BYTES);
            }
        }
        return 0;
    }

    private void requireInside(long offset, int length) {
        if (offset > bytes - length) {
            throw PeLimits.malformed(root, "a resource directory at 0x%x is beyond the image".formatted(offset));
        }
    }
}
