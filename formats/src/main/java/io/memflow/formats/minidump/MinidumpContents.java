package io.memflow.formats.minidump;

import io.memflow.core.address.AddressRange;
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
 * @param memory the ranges to be written, by virtual address, in any order
 */
public record MinidumpContents(
        MinidumpSystem system,
        @Nullable Long processId,
        long timestamp,
        List<MinidumpModule> modules,
        List<Thread> threads,
        List<AddressRange> memory) {
    public MinidumpContents {
        modules = List.copyOf(modules);
        threads = List.copyOf(threads);
        memory = List.copyOf(memory);
    }

    /**
     * A thread to be written.
     *
     * @param id its number
     * @param teb virtual address of its environment block; 0 when not known
     * @param context its {@code CONTEXT} as the machine has it; empty when not known
     */
    public record Thread(long id, long teb, byte[] context) {
        /** The context's bytes are the record's own from here on. */
        public Thread {
            context = context.clone();
        }

        @Override
        public byte[] context() {
            return context.clone();
        }
    }
}
