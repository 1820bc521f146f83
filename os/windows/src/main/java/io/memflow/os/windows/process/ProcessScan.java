package io.memflow.os.windows.process;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.structure.KernelField;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks through all memory for processes, by the tag {@code Proc} of the pool memory they are in ({@code POOL_HEADER}). A
 * process counts when a neighbour on one of its lists leads back to it, which gives its virtual address too: nothing leads
 * back to what was freed. Thread-safe.
 */
final class ProcessScan {
    private static final int TAG = 0x636F_7250;
    /** The last byte's upper bit marked objects that only the kernel may free, until Windows 7. */
    private static final int TAG_MASK = 0x7FFF_FFFF;

    private static final int PAGE_BYTES = 4096;
    /** More than the optional parts of an object's header and the header itself take together. */
    private static final int FARTHEST_OBJECT = 0x100;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WindowsKernel kernel;
    private final VirtualMemory memory;
    private final ProcessFields fields;
    private final int word;
    /** Pool memory is aligned to two words. */
    private final int alignment;

    private final long tagOffset;
    /** Offsets of list entries and heads in a process that another structure leads back to. */
    private final List<Long> links;

    ProcessScan(WindowsKernel kernel, ProcessFields fields) {
        this.kernel = kernel;
        this.fields = fields;
        memory = kernel.memory();
        word = kernel.pointerBytes();
        alignment = 2 * word;
        tagOffset = kernel.optionalField("_POOL_HEADER", "PoolTag")
                .map(field -> field.at(0))
                .orElse((long) Integer.BYTES);
        links = new ArrayList<>(List.of(fields.links.at(0), fields.threads.at(0)));
        Optional<KernelField> own = kernel.optionalField("_KPROCESS", "ThreadListHead");
        own.ifPresent(field -> links.add(field.at(0)));
    }

    /** Virtual addresses of all that look like processes in use. */
    List<Long> find() {
        Set<Long> found = new LinkedHashSet<>();
        PhysicalScan.pages(memory.physical(), (physical, chunk) -> addTagged(physical, chunk, found));
        return List.copyOf(found);
    }

    private void addTagged(long physical, MemorySegment chunk, Set<Long> found) {
        for (long at = 0; at < chunk.byteSize(); at += alignment) {
            if ((chunk.get(INT, at + tagOffset) & TAG_MASK) == TAG) {
                addObject(physical, chunk, at, found);
            }
        }
    }

    /** What is behind a tag: the optional parts of its header differ, so each place where the process may begin is tried. */
    private void addObject(long physical, MemorySegment chunk, long block, Set<Long> found) {
        long page = block / PAGE_BYTES * PAGE_BYTES;
        long end = Math.min(block + FARTHEST_OBJECT, page + PAGE_BYTES - word);
        for (long at = block + alignment; at < end; at += kernel.pointerBytes()) {
            for (long link : links) {
                long virtual = at + link + word <= chunk.byteSize() ? ledBackTo(chunk, at, link, physical + at) : 0;
                if (virtual != 0 && fields.isProcess(virtual)) {
                    found.add(virtual);
                    return;
                }
            }
        }
    }

    /** Virtual address of an object by what its link leads to, which must lead back; 0 when it does not. */
    private long ledBackTo(MemorySegment chunk, long at, long link, long physical) {
        long next = word == Long.BYTES ? chunk.get(LONG, at + link) : Integer.toUnsignedLong(chunk.get(INT, at + link));
        if (!kernel.architecture().isKernelAddress(next)) {
            return 0;
        }
        try {
            long virtual = memory.readPointer(next + word) - link;
            Translation translation = new Translation();
            return fields.isObjectAddress(virtual)
                            && memory.translate(virtual, translation)
                            && translation.physical() == physical
                    ? virtual
                    : 0;
        } catch (MemoryAccessException unreadable) {
            return 0;
        }
    }
}
