package io.memflow.formats.minidump;

import io.memflow.core.address.AddressRange;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a minidump is to have beside the bytes of memory. Immutable.
 *
 * @param system the system the process runs on
 * @param processId its number; null when not known
 * @param timestamp seconds since 1970 (UTC)
 * @param modules what is loaded
 * @param threads what runs; their stacks are taken from the memory
 * @param regions of the address space; empty when not known
 * @param memory the ranges to be written, by virtual address, in any order
 */
public record MinidumpContents(
        MinidumpSystem system,
        @Nullable Long processId,
        long timestamp,
        List<MinidumpModule> modules,
        List<ThreadState> threads,
        List<MinidumpRegion> regions,
        List<AddressRange> memory) {
    public MinidumpContents {
        modules = List.copyOf(modules);
        threads = List.copyOf(threads);
        regions = List.copyOf(regions);
        memory = List.copyOf(memory);
    }

    /**
     * A thread to be written.
     *
     * @param id its number
     * @param teb virtual address of its environment block; 0 when not known
     * @param context its {@code CONTEXT} as the machine has it; empty when not known
     */
    public record ThreadState(long id, long teb, MemorySegment context) {}
}
