package io.memflow.os.windows.structure;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

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
    /** Those of which an arm64 kernel has its own. */
    private static final Set<String> OF_PROCESSOR =
            Set.of("_EPROCESS", "_KPROCESS", "_ETHREAD", "_KTHREAD", "_KPCR", "_KPRCB", "_TEB");

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

    /**
     * What an x86-64 build tells of the same build for arm64: all structures but those that hold registers and what the
     * processor's own tables need. Both have pointers of 64 bits and align alike, and members whose places on arm64 are published
     * (kphlib's kphdyn: object types, section objects, ALPC) lie where they do on x86-64 in all structures but processes.
     */
    public PublishedKernel forArm64() {
        Map<String, PublishedStructure> shared = new HashMap<>(structures);
        shared.keySet().removeAll(OF_PROCESSOR);
        return new PublishedKernel(WindowsArchitecture.ARM64.table(), build, label + " for " + architecture, shared);
    }
}
