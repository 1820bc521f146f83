package io.memflow.os.windows.synthetic;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An address space of a synthetic machine that is being written. Addresses are virtual. Confined. */
final class SyntheticSpace {
    private static final int PAGE = SyntheticRam.PAGE;

    private final SyntheticRam ram;
    private final SyntheticTables tables;
    private final int pointerBytes;
    private final long root;
    /** Where the kernel's half is looked up; null in the kernel's own space. */
    private final @Nullable SyntheticSpace kernel;

    private final Map<Long, Long> frames = new HashMap<>();

    /** @param kernel the space that the upper half comes from, or null for that one itself */
    SyntheticSpace(
            SyntheticRam ram, SyntheticTables tables, int pointerBytes, long root, @Nullable SyntheticSpace kernel) {
        this.ram = ram;
        this.tables = tables;
        this.pointerBytes = pointerBytes;
        this.root = root;
        this.kernel = kernel;
    }

    /** Physical address of its root page table. */
    long root() {
        return root;
    }

    int pointerBytes() {
        return pointerBytes;
    }

    /** Maps a page that lies in a known frame. */
    void map(long virtual, long frame, PageAccess access) {
        tables.map(root, virtual, frame, access);
        frames.put(virtual, frame);
    }

    /** Maps fresh pages, all zero. */
    void mapFresh(long virtual, long length, PageAccess access) {
        for (long at = virtual & -PAGE; at - virtual < length; at += PAGE) {
            if (!frames.containsKey(at)) {
                map(at, ram.frame(), access);
            }
        }
    }

    /** Maps a large page of the kernel's. */
    void mapLarge(long virtual, long address) {
        tables.mapLarge(root, virtual, address);
        for (long at = 0; at < tables.largePage(); at += PAGE) {
            frames.put(virtual + at, address + at);
        }
    }

    /** Takes a page away, leaving an entry that is not present; the frame keeps what it holds. */
    void unmap(long virtual, long entry) {
        if (frames.remove(virtual) == null) {
            throw new IllegalStateException("no page is mapped at 0x%x".formatted(virtual));
        }
        putEntry(virtual, entry);
    }

    /** Writes the entry of a page that is not mapped. */
    void putEntry(long virtual, long entry) {
        tables.put(root, virtual, entry);
    }

    /** Physical address of a byte. */
    long physical(long virtual) {
        Long frame = frames.get(virtual & -PAGE);
        if (frame != null) {
            return frame + (virtual & PAGE - 1);
        }
        if (kernel == null) {
            throw new IllegalStateException("nothing is mapped at 0x%x".formatted(virtual));
        }
        return kernel.physical(virtual);
    }

    void put8(long virtual, long value) {
        put(virtual, Byte.BYTES, value);
    }

    void put16(long virtual, long value) {
        put(virtual, Short.BYTES, value);
    }

    void put32(long virtual, long value) {
        put(virtual, Integer.BYTES, value);
    }

    void put64(long virtual, long value) {
        put(virtual, Long.BYTES, value);
    }

    /** Writes a pointer, or whatever else is as wide as one. */
    void pointer(long virtual, long value) {
        put(virtual, pointerBytes, value);
    }

    void put(long virtual, int width, long value) {
        if ((virtual & PAGE - 1) + width <= PAGE) {
            ram.put(physical(virtual), width, value);
            return;
        }
        for (int i = 0; i < width; i++) {
            ram.put(physical(virtual + i), 1, value >>> i * Byte.SIZE);
        }
    }

    long get(long virtual, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= ram.get(physical(virtual + i), 1) << i * Byte.SIZE;
        }
        return value;
    }

    void bytes(long virtual, byte[] content) {
        for (int done = 0; done < content.length; ) {
            long at = virtual + done;
            int length = (int) Math.min(content.length - done, PAGE - (at & PAGE - 1));
            ram.put(physical(at), content, done, length);
            done += length;
        }
    }

    /** Writes text in UTF-16 with a zero behind it. */
    void wide(long virtual, String text) {
        bytes(virtual, (text + "\0").getBytes(StandardCharsets.UTF_16LE));
    }

    /**
     * Writes a {@code UNICODE_STRING}: length and capacity in bytes, then, aligned as a pointer is, where the text lies.
     *
     * @param width bytes of a pointer: 32-bit structures of a 64-bit process have narrow ones
     */
    void string(long virtual, int width, String text, long buffer) {
        put16(virtual, text.length() * 2L);
        put16(virtual + 2, text.length() * 2L + 2);
        put(virtual + width, width, buffer);
    }

    /** Writes a {@code LIST_ENTRY}. */
    void link(long virtual, int width, long next, long previous) {
        put(virtual, width, next);
        put(virtual + width, width, previous);
    }

    /** Links the entries into a ring behind its head, in their order. */
    void ring(long head, int width, Iterable<Long> entries) {
        long last = head;
        for (long entry : entries) {
            put(last, width, entry);
            put(entry + width, width, last);
            last = entry;
        }
        put(last, width, head);
        put(head + width, width, last);
    }
}
