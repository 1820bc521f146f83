package io.memflow.core.memory;

import java.nio.ByteOrder;
import java.util.List;

/** A source of physical memory of up to 64 bits that knows beforehand what it holds. Its words are little-endian. */
public abstract class DescribedMemory implements PhysicalMemory {
    private final MemoryMap map;
    private final ViewProperties properties;
    private final String description;
    private final List<String> defects;

    /**
     * @param map see {@link #map()}
     * @param access whether the bytes can be written too
     * @param description see {@link #description()}
     * @param defects see {@link #defects()}
     */
    protected DescribedMemory(MemoryMap map, ViewProperties.Access access, String description, List<String> defects) {
        this.map = map;
        this.properties =
                new ViewProperties(AddressKind.PHYSICAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, access);
        this.description = description;
        this.defects = List.copyOf(defects);
    }

    @Override
    public final ViewProperties properties() {
        return properties;
    }

    @Override
    public final MemoryMap map() {
        return map;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public List<String> defects() {
        return defects;
    }
}
