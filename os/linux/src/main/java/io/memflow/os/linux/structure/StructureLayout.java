package io.memflow.os.linux.structure;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;
import java.util.OptionalLong;

/** Offsets of kernel structures, asked for by the names the kernel's source uses. Immutable. */
public record StructureLayout(TypeTable types) {
    /** Bytes of an x86-64 pointer or {@code unsigned long}. */
    public static final int WORD = Long.BYTES;

    /**
     * Offset in bytes of a member every supported kernel has.
     *
     * @throws MemflowException when this kernel's types lack it
     */
    public long offset(String structure, String path) {
        return location(structure, path).offset();
    }

    /** Offset in bytes of the first of several members, named differently by different kernels, that exists. */
    public long offsetOfFirst(String structure, String... paths) {
        for (String path : paths) {
            OptionalLong offset = optionalOffset(structure, path);
            if (offset.isPresent()) {
                return offset.getAsLong();
            }
        }
        throw absent(structure, String.join(" or ", paths));
    }

    /** The place of the first of several members that exists, or that it is not known. */
    public Place place(String structure, String... paths) {
        try {
            return new Place(offsetOfFirst(structure, paths), null);
        } catch (MemflowException unknown) {
            return new Place(0, unknown);
        }
    }

    /** Offset in bytes of a member that only some kernels have. */
    public OptionalLong optionalOffset(String structure, String path) {
        Optional<MemberLocation> member = types.member(structure, path);
        return member.isPresent() ? OptionalLong.of(member.get().offset()) : OptionalLong.empty();
    }

    public boolean has(String structure, String path) {
        return types.member(structure, path).isPresent();
    }

    /**
     * Place and size of a member every supported kernel has.
     *
     * @throws MemflowException when this kernel's types lack it
     */
    public MemberLocation location(String structure, String path) {
        return types.member(structure, path).orElseThrow(() -> absent(structure, path));
    }

    /**
     * Size in bytes of a structure every supported kernel has.
     *
     * @throws MemflowException when this kernel's types lack it
     */
    public long size(String structure) {
        return types.size(structure).orElseThrow(() -> absent(structure, "its definition"));
    }

    private MemflowException absent(String structure, String member) {
        String why = types.absence(structure, member)
                .map(reason -> " It could not be learned: " + reason + ".")
                .orElse("");
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "This kernel's type information has no struct %s with %s.%s".formatted(structure, member, why));
    }
}
