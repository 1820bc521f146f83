package io.memflow.core.view;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Physical memory seen through a memory map, see {@link RemappedView}. What the map claims and the source does not hold
 * is no memory, and a defect. Closing it closes the source. Thread-safe for reads.
 */
public final class RemappedMemory extends WrappedMemory {
    private final MemoryMap map;
    private final List<String> defects;

    public RemappedMemory(PhysicalMemory source, Remapping remapping) {
        super(new RemappedView(source, remapping), source);
        map = remapping.through(source.map());
        List<String> sentences = new ArrayList<>(source.defects());
        for (RemappedRange range : remapping.ranges()) {
            long held = Remapping.of(List.of(range)).through(source.map()).totalBytes();
            if (held != range.length()) {
                sentences.add("The memory map puts %s bytes from %s on at %s, where the source holds only %s of them."
                        .formatted(
                                Address.format(range.length()),
                                Address.format(range.base()),
                                Address.format(range.realBase()),
                                Address.format(held)));
            }
        }
        defects = List.copyOf(sentences);
    }

    @Override
    public MemoryMap map() {
        return map;
    }

    @Override
    public String description() {
        return source().description() + ", through a memory map";
    }

    @Override
    public List<String> defects() {
        return defects;
    }
}
