package io.memflow.os.windows.synthetic;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.structure.MemberWidths;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The structures of one published build as a table of types. Immutable.
 *
 * @param kernel the build
 * @param pointerBytes bytes of its pointers
 * @param fit how far the build is that of the target, as a sentence fragment
 */
public record PublishedTypes(PublishedKernel kernel, int pointerBytes, String fit) implements TypeTable {
    /** The builds of an architecture with the highest number up to another; several where service packs share it. */
    public static List<PublishedKernel> nearest(WindowsArchitecture architecture, int build) {
        List<PublishedKernel> before = PublishedKernels.all().stream()
                .filter(kernel -> kernel.architecture().equals(architecture.table()) && kernel.build() <= build)
                .toList();
        int best = before.stream().mapToInt(PublishedKernel::build).max().orElse(0);
        return before.stream().filter(kernel -> kernel.build() == best).toList();
    }

    @Override
    public OptionalLong size(String structure) {
        PublishedStructure found = kernel.structures().get(structure);
        return found == null || found.size() == 0 ? OptionalLong.empty() : OptionalLong.of(found.size());
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        PublishedStructure found = kernel.structures().get(structure);
        Integer offset = found == null ? null : found.offsets().get(path);
        return offset == null
                ? Optional.empty()
                : Optional.of(new MemberLocation(
                        (long) offset * Byte.SIZE, 0, MemberWidths.bytes(kernel, pointerBytes, structure, path)));
    }

    @Override
    public Optional<String> origin(String structure, String path) {
        return member(structure, path).map(place -> "offsets published for Windows " + kernel + ", " + fit);
    }

    @Override
    public Optional<String> absence(String structure, String path) {
        return member(structure, path).isPresent()
                ? Optional.empty()
                : Optional.of("it is not among the offsets published for Windows " + kernel);
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return OptionalLong.empty();
    }
}
