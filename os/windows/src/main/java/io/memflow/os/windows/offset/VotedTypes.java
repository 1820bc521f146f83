package io.memflow.os.windows.offset;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.structure.MemberWidths;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The structures of a kernel as voted. Immutable.
 *
 * @param kernel the published build that was chosen: it gives sizes, where the kernel's own structures do not contradict it
 * @param decisions by {@code structure.member}
 * @param pointerBytes bytes of a pointer
 * @param build of the kernel itself
 */
public record VotedTypes(PublishedKernel kernel, Map<String, Decision> decisions, int pointerBytes, int build)
        implements TypeTable {
    public VotedTypes {
        decisions = Map.copyOf(decisions);
    }

    @Override
    public OptionalLong size(String structure) {
        PublishedStructure found = kernel.structures().get(structure);
        return found == null || found.size() == 0 ? OptionalLong.empty() : OptionalLong.of(found.size());
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return Optional.ofNullable(decisions.get(structure + "." + path))
                .map(decision -> new MemberLocation(
                        (long) decision.offset() * Byte.SIZE,
                        0,
                        MemberWidths.bytes(kernel, pointerBytes, structure, path)));
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return Optional.ofNullable(decisions.get(structure + "." + path)).map(Decision::describe);
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        return decisions.containsKey(structure + "." + path)
                ? Optional.empty()
                : Optional.of(
                        "neither this kernel's code nor its structures tell, and build %d is published without it, or with more than one place for it"
                                .formatted(build));
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return OptionalLong.empty();
    }
}
