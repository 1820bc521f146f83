package io.memflow.core.memory;

import io.memflow.core.address.Address;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * The physical memory of one machine. Addresses are physical.
 *
 * <p>Closing it ends access; views on top must not be used afterwards. Closing twice does nothing.
 */
public interface PhysicalMemory extends MemoryView, AutoCloseable {
    /** The ranges of physical memory that the source holds. Bytes outside are not memory, or were not captured. */
    MemoryMap map();

    /** What the bytes come from, in a few words for a person, such as a file's name or a machine's. */
    String description();

    /**
     * Sentences on what is known to be missing or doubtful in the source itself, such as a truncated file. Empty when
     * nothing is.
     */
    default List<String> defects() {
        return List.of();
    }

    /** How many requests one call should carry to be efficient. 1 when batching gains nothing. */
    default int idealBatchSize() {
        return 1;
    }

    /**
     * The bytes themselves, when the source has this run mapped in one piece and each of its pages can be read. The segment
     * is only valid until this memory is closed, and shows changes of a running target.
     *
     * @param address first physical address
     * @param length bytes
     */
    default Optional<MemorySegment> direct(long address, long length) {
        DirectMap map = capability(DirectMap.class).orElse(null);
        if (map == null) {
            return Optional.empty();
        }
        int range = map.find(address);
        if (range < 0 || Address.below(map.end(range) - address, length)) {
            return Optional.empty();
        }
        return Optional.of(map.segment(range).asSlice(map.offset(range, address), length))
                .filter(MappedFaults::areAllThere);
    }

    /** Ends access. Throws nothing. */
    @Override
    void close();
}
