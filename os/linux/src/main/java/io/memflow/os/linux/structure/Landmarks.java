package io.memflow.os.linux.structure;

import java.util.Map;
import java.util.OptionalLong;

/** Addresses of a kernel's data that its symbols do not name and that were found by structure. Thread-safe. */
@FunctionalInterface
public interface Landmarks {
    /** For a kernel whose symbols name all data. */
    Landmarks NONE = symbol -> OptionalLong.empty();

    /** Virtual address of the data that the kernel's source calls so; empty when it was not found. */
    OptionalLong address(String symbol);

    /** What has been found already. */
    static Landmarks of(Map<String, Long> found) {
        Map<String, Long> known = Map.copyOf(found);
        return symbol -> {
            Long address = known.get(symbol);
            return address == null ? OptionalLong.empty() : OptionalLong.of(address);
        };
    }
}
