package io.memflow.os.windows.structure;

import java.util.Map;

/**
 * The structures of one published build, as far as they are known. Immutable.
 *
 * @param architecture {@link WindowsArchitecture#table()}
 * @param build {@code NtBuildNumber}
 * @param label what people call it, such as {@code 7 SP1}
 * @param structures by their names in public symbols, such as {@code _EPROCESS}
 */
public record PublishedKernel(
        String architecture, int build, String label, Map<String, PublishedStructure> structures) {
    public PublishedKernel {
        structures = Map.copyOf(structures);
    }

    /**
     * One structure.
     *
     * @param size in bytes; 0 where it is not published
     * @param offsets of its members in bytes
     */
    public record PublishedStructure(int size, Map<String, Integer> offsets) {
        public PublishedStructure {
            offsets = Map.copyOf(offsets);
        }
    }

    @Override
    public String toString() {
        return label + " " + architecture;
    }
}
