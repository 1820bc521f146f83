package io.memflow.core.structure;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/** Offsets of kernel structures, asked for by the names the kernel's source uses. Immutable. */
public record StructureLayout(TypeTable types) {
    /**
     * Offset in bytes of a member every supported kernel has, under the first of these names that exists.
     *
     * @throws MemflowException of kind NOT_FOUND when this kernel's types lack it
     */
    public long offset(String structure, String... paths) {
        return location(structure, paths).offset();
    }

    /** The place of the first of several members that exists, or that it is not known. */
    public Place place(String structure, String... paths) {
        try {
            return new Place(offset(structure, paths), null);
        } catch (MemflowException unknown) {
            return new Place(0, unknown);
        }
    }

    /** Offset in bytes of a member that only some kernels have. */
    public OptionalLong optionalOffset(String structure, String path) {
        Optional<MemberLocation> member = find(structure, path);
        return member.isPresent() ? OptionalLong.of(member.get().offset()) : OptionalLong.empty();
    }

    public boolean has(String structure, String path) {
        return types.member(structure, path).isPresent();
    }

    /**
     * Place and size of a member every supported kernel has, under the first of these names that exists.
     *
     * @throws MemflowException of kind NOT_FOUND when this kernel's types lack it
     */
    public MemberLocation location(String structure, String... paths) {
        return find(structure, paths).orElseThrow(() -> absent(structure, paths));
    }

    /** Place and size of the first of several members, named differently by different kernels, that exists. */
    public Optional<MemberLocation> find(String structure, String... paths) {
        for (String path : paths) {
            Optional<MemberLocation> member = types.member(structure, path);
            if (member.isPresent()) {
                return member;
            }
        }
        return Optional.empty();
    }

    /**
     * Size in bytes of a member every supported kernel has.
     *
     * @throws MemflowException when this kernel's types lack it, or the member's own type is lost to damage
     */
    public long memberSize(String structure, String path) {
        long bytes = location(structure, path).byteSize();
        if (bytes == 0) {
            throw absent(structure, path + " and its size");
        }
        return bytes;
    }

    /**
     * Size in bytes of a structure every supported kernel has, more than 0: elements of arrays lie so far apart.
     *
     * @throws MemflowException of kind NOT_FOUND when this kernel's types lack it
     */
    public long size(String structure) {
        long bytes = types.size(structure).orElse(0);
        if (bytes <= 0) {
            throw absent(structure, "its definition");
        }
        return bytes;
    }

    private MemflowException absent(String structure, String... members) {
        String why = Arrays.stream(members)
                .flatMap(member -> types.absence(structure, member).stream())
                .findFirst()
                .map(reason -> " It could not be learned: " + reason + ".")
                .orElse("");
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "This kernel's type information has no struct %s with %s.%s"
                        .formatted(structure, String.join(" or ", members), why));
    }
}
