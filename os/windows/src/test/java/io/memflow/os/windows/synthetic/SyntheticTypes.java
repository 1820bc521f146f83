package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The structures that a synthetic machine is built with: those of its row, and where the row lacks one that of a build near
 * it. What does not begin a structure is moved there, so that whoever finds it has learned it and not looked it up. Immutable.
 */
final class SyntheticTypes {
    /** Whose structures stand in for those that are missing. */
    private static final int DONOR = 19041;
    /** Members of {@code _KPROCESS} from here on end the structure, which became shorter by this much before 11 24H2. */
    private static final int PROCESS_TAIL = 0x300;

    private static final int PROCESS_TAIL_MOVE = -0x230;
    private static final int PROCESS_MOVE = 0x8;
    private static final int THREAD_MOVE = 0x20;
    private static final int THREAD_END_MOVE = 0x28;

    private final PublishedKernel row;
    private final PublishedKernel built;
    private final Map<String, String> derived;

    private SyntheticTypes(PublishedKernel row, PublishedKernel built, Map<String, String> derived) {
        this.row = row;
        this.built = built;
        this.derived = Map.copyOf(derived);
    }

    static SyntheticTypes of(PublishedKernel row) {
        Map<String, PublishedStructure> structures = new HashMap<>(row.structures());
        Map<String, String> derived = new TreeMap<>();
        if (row.build() > DONOR) {
            PublishedKernel donor = PublishedKernels.all().stream()
                    .filter(kernel ->
                            kernel.build() == DONOR && kernel.architecture().equals(row.architecture()))
                    .findFirst()
                    .orElseThrow();
            donor.structures()
                    .forEach((name, lent) ->
                            structures.compute(name, (_, own) -> complete(name, own, lent, derived, row.build())));
        }
        PublishedKernel built = new PublishedKernel(row.architecture(), row.build(), row.label(), structures);
        return new SyntheticTypes(row, built, derived);
    }

    private static PublishedStructure complete(
            String name,
            @Nullable PublishedStructure own,
            PublishedStructure lent,
            Map<String, String> derived,
            int build) {
        // A published structure without a member has none, but for one that is published in parts.
        if (own != null && own.size() != 0) {
            return own;
        }
        Map<String, Integer> offsets = new HashMap<>(own == null ? Map.of() : own.offsets());
        int end = 0;
        for (Map.Entry<String, Integer> member : lent.offsets().entrySet()) {
            int move = build > WindowsVersion.ELEVEN ? move(name, member.getValue()) : 0;
            end = Math.max(end, move);
            if (offsets.putIfAbsent(member.getKey(), member.getValue() + move) == null) {
                derived.put(
                        name + "." + member.getKey(),
                        move == 0 ? "as in 10 19041" : "as in 10 19041, moved by %+d bytes".formatted(move));
            }
        }
        return new PublishedStructure(lent.size() + end, offsets);
    }

    private static int move(String structure, int offset) {
        return switch (structure) {
            case "_KPROCESS" -> offset >= PROCESS_TAIL ? PROCESS_TAIL_MOVE : offset > 0x28 ? PROCESS_MOVE : 0;
            case "_KTHREAD" -> THREAD_MOVE;
            case "_ETHREAD" -> THREAD_END_MOVE;
            default -> 0;
        };
    }

    /** The row as it was published. */
    PublishedKernel row() {
        return row;
    }

    /** All structures that the machine has. */
    PublishedKernel built() {
        return built;
    }

    int build() {
        return row.build();
    }

    /** Members that the row lacks, by {@code structure.member}, and where they come from. */
    Map<String, String> derived() {
        return derived;
    }

    boolean has(String structure, String member) {
        PublishedStructure found = built.structures().get(structure);
        return found != null && found.offsets().containsKey(member);
    }

    /** Offset of a member in bytes. */
    int at(String structure, String member) {
        PublishedStructure found = built.structures().get(structure);
        Integer offset = found == null ? null : found.offsets().get(member);
        if (offset == null) {
            throw new IllegalStateException(row + " has no " + structure + "." + member);
        }
        return offset;
    }

    /** Bytes of a structure. */
    int size(String structure) {
        PublishedStructure found = built.structures().get(structure);
        if (found == null || found.size() == 0) {
            throw new IllegalStateException(row + " has no size of " + structure);
        }
        return found.size();
    }
}
