package io.memflow.os.linux.learn;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The members whose places were learned, each with how sure it is. What was looked for and not decided is absent and has
 * a reason instead. Immutable.
 */
public final class LearnedTypes implements TypeTable {
    private static final String NOT_LOOKED_FOR =
            "offsets are learned from what structures hold, and no contents are known that would prove this one";

    private final Map<String, Member> members;
    private final Map<String, Long> sizes;
    private final Map<String, String> undecided;

    LearnedTypes(Map<String, Member> members, Map<String, Long> sizes, Map<String, String> undecided) {
        this.members = new TreeMap<>(members);
        this.sizes = Map.copyOf(sizes);
        this.undecided = new TreeMap<>(undecided);
    }

    /** One member that was learned. */
    public record Member(MemberLocation location, Evidence evidence) {}

    @Override
    public OptionalLong size(String structure) {
        Long size = sizes.get(structure);
        return size == null ? OptionalLong.empty() : OptionalLong.of(size);
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return Optional.ofNullable(members.get(structure + "." + path)).map(Member::location);
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return OptionalLong.empty();
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return evidence(structure, path)
                .map(evidence -> "learned from %s: %d objects fit, %d do not"
                        .formatted(
                                evidence.basis() == Evidence.Basis.CONTENTS ? "its contents" : "its neighbour",
                                evidence.agreed(),
                                evidence.disagreed()));
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        return Optional.of(undecided.getOrDefault(structure + "." + path, NOT_LOOKED_FOR));
    }

    /** How sure the place of a member is; empty for a member that was not learned. */
    public Optional<Evidence> evidence(String structure, String path) {
        return Optional.ofNullable(members.get(structure + "." + path)).map(Member::evidence);
    }

    /** All learned members by {@code structure.path}, ascending. */
    public Map<String, Member> members() {
        return Map.copyOf(members);
    }

    /** Members that were looked for and not decided, by {@code structure.path}, and why. */
    public Map<String, String> undecided() {
        return Map.copyOf(undecided);
    }

    /** What was learned and how sure it is, as a sentence fragment. */
    public String summary() {
        long byContents = members.values().stream()
                .filter(member -> member.evidence().basis() == Evidence.Basis.CONTENTS)
                .count();
        int fewest = members.values().stream()
                .mapToInt(member -> member.evidence().agreed())
                .min()
                .orElse(0);
        int disagreed = members.values().stream()
                .mapToInt(member -> member.evidence().disagreed())
                .sum();
        String gaps =
                undecided.isEmpty() ? "none is undecided" : "undecided are " + String.join(", ", undecided.keySet());
        return ("%d members learned from the structures themselves, %d by their own contents and %d by a neighbour's;"
                        + " each fits at least %d objects and no other place does, %d objects disagree; %s")
                .formatted(members.size(), byContents, members.size() - byContents, fewest, disagreed, gaps);
    }

    /** The names of all learned members, ascending. */
    public List<String> names() {
        return List.copyOf(members.keySet());
    }
}
