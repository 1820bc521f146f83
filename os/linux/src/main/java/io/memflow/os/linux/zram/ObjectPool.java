package io.memflow.os.linux.zram;

import io.memflow.core.address.Address;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects of zsmalloc (mm/zsmalloc.c). An object lies in a chain of pages at a multiple of its class' size and may
 * reach into the next page of the chain. In front of it stands its handle, which proves that it was found. Thread-safe.
 */
final class ObjectPool {
    /** {@code ZSPAGE_MAGIC}. */
    private static final long MAGIC = 0x58;
    /** {@code OBJ_TAG_MASK}: an object in use has bit 0 set, and kernels 6.2 to 6.4 used bit 1 as well. */
    private static final long TAGS = 3;

    private final MemoryView memory;
    private final PhysicalMemory physical;
    private final List<ObjectLocation> locations;
    private final KernelField chain;
    private final KernelField following;
    private final KernelField ownHandle;
    private final KernelField magic;
    private final KernelField classIndex;
    private final Optional<KernelField> owner;
    private final KernelField classes;
    private final KernelField classSize;
    private final KernelField perChain;
    private final KernelField pagesPerChain;
    private final long pageBytes;
    private final int pageShift;
    private final int word;
    /** How this kernel writes places, once an object has proved it. */
    private volatile @Nullable ObjectLocation proven;

    ObjectPool(Kernel kernel, StructureLayout layout) {
        memory = kernel.memory();
        physical = kernel.memory().physical();
        pageBytes = kernel.facts().pageBytes();
        pageShift = Long.numberOfTrailingZeros(pageBytes);
        word = kernel.facts().pointerBytes();
        locations = ObjectLocation.candidates(kernel.facts());
        // Since 6.14 the pages have a type of their own.
        boolean own = layout.has("zpdesc", "zspage");
        chain = own ? field(layout, "zpdesc", "zspage") : field(layout, "page", "private");
        // Up to 5.16 the next page was in freelist, since then where the handle of a whole page is.
        boolean separate = !own && !layout.has("zspage", "huge") && layout.has("page", "freelist");
        ownHandle = own ? field(layout, "zpdesc", "handle") : field(layout, "page", "index");
        following = separate ? field(layout, "page", "freelist") : ownHandle;
        magic = field(layout, "zspage", "magic");
        classIndex = field(layout, "zspage", "class");
        owner = layout.find("zspage", "pool").map(place -> new KernelField(memory, place));
        classes = field(layout, "zs_pool", "size_class");
        classSize = field(layout, "size_class", "size");
        perChain = field(layout, "size_class", "objs_per_zspage");
        pagesPerChain = field(layout, "size_class", "pages_per_zspage");
    }

    private KernelField field(StructureLayout layout, String structure, String... paths) {
        return new KernelField(memory, layout.location(structure, paths));
    }

    /**
     * An object that was found.
     *
     * @param page address of the {@code struct page} it begins in
     * @param physical physical address of that page
     * @param offset of its first byte in that page, behind its handle; may be the end of the page
     * @param room bytes it may have
     */
    private record Found(long page, long physical, long offset, long room) {}

    /**
     * Reads an object.
     *
     * @param pool virtual address of the {@code struct zs_pool}
     * @param handle of the object: the virtual address of where its place is noted
     * @throws MemflowException when it cannot be found or read
     */
    byte[] read(long pool, long handle, int bytes, FrameTable frames) {
        Found found = find(pool, handle, frames);
        if (bytes > found.room) {
            throw malformed(handle, "it has room for %d bytes instead of %d".formatted(found.room, bytes));
        }
        byte[] object = new byte[bytes];
        int first = (int) Math.min(bytes, pageBytes - found.offset);
        copy(found.physical + found.offset, object, 0, first);
        if (first < bytes) {
            long next = following.pointer(found.page);
            copy(frames.physical(next), object, first, bytes - first);
        }
        return object;
    }

    private void copy(long from, byte[] object, int start, int length) {
        MemorySegment target = MemorySegment.ofArray(object).asSlice(start, length);
        Fault fault = length == 0 ? Fault.NONE : physical.tryRead(from, target);
        if (fault != Fault.NONE) {
            throw new MemoryAccessException(AddressKind.PHYSICAL, from, length, fault);
        }
    }

    private Found find(long pool, long handle, FrameTable frames) {
        long place = memory.readPointer(handle);
        ObjectLocation known = proven;
        Found found = known == null ? null : at(pool, handle, known, place, frames);
        for (int i = 0; found == null && i < locations.size(); i++) {
            found = at(pool, handle, locations.get(i), place, frames);
            if (found != null) {
                proven = locations.get(i);
            }
        }
        if (found == null) {
            throw malformed(handle, "no object of that handle is where it should be");
        }
        return found;
    }

    /** The object, if places are written in that way; null when nothing there bears its handle. */
    private @Nullable Found at(long pool, long handle, ObjectLocation location, long place, FrameTable frames) {
        try {
            return checked(pool, handle, location.frame(place), location.index(place), frames);
        } catch (MemflowException notThere) {
            // Written in another way, or damaged: which of them, the caller finds out.
            return null;
        }
    }

    private @Nullable Found checked(long pool, long handle, long frame, long index, FrameTable frames) {
        long page = frames.page(frame);
        long zspage = chain.pointer(page);
        if (magic.unsigned(zspage) != MAGIC || (owner.isPresent() && owner.get().pointer(zspage) != pool)) {
            return null;
        }
        long number = classIndex.unsigned(zspage);
        if (number >= classes.bytes() / word) {
            return null;
        }
        long sizeClass = memory.readPointer(classes.at(pool) + number * word);
        long size = classSize.unsigned(sizeClass);
        long objects = perChain.unsigned(sizeClass);
        // Classes differ by more than a word (ZS_SIZE_CLASS_DELTA), so that no handle reaches into the next page.
        if (size <= 0 || size > pageBytes || (size & (word - 1)) != 0 || index >= objects) {
            return null;
        }
        boolean whole = objects == 1 && pagesPerChain.unsigned(sizeClass) == 1;
        long start = frame << pageShift;
        long offset = (size * index) & (pageBytes - 1);
        // A page that is one object has no room for the handle.
        long noted = whole ? ownHandle.pointer(page) : physical.readUnsigned(start + offset, word);
        int head = whole ? 0 : word;
        return (noted & ~TAGS) == handle ? new Found(page, start, offset + head, size - head) : null;
    }

    private static MalformedDataException malformed(long handle, String reason) {
        return new MalformedDataException("zsmalloc object " + Address.format(handle), 0, reason);
    }
}
