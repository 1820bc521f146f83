package io.memflow.core.symbol;

import java.util.Optional;
import java.util.OptionalLong;

/** Structure layouts of one target, by the names its source uses. Implementations are thread-safe. */
public interface TypeTable {
    /** Size in bytes of the struct or union of that name. */
    OptionalLong size(String structure);

    /**
     * Finds a member by dotted path ({@code "mm_mt.ma_root"}), looking through anonymous structs and unions.
     *
     * @param structure name of a struct or union
     * @return empty when the structure or any part of the path does not exist
     */
    Optional<MemberLocation> member(String structure, String path);

    /**
     * Where the place of a member comes from and how sure it is, as a sentence fragment such as {@code BTF}; empty when
     * the member is not in the table, or the table does not say.
     */
    default Optional<String> origin(String structure, String path) {
        return Optional.empty();
    }

    /** Why a member that was looked for is not in the table, as a sentence fragment; empty when nothing is known of it. */
    default Optional<String> absence(String structure, String path) {
        return Optional.empty();
    }

    /** The value of one enumerator of the enum of that name. */
    OptionalLong enumerator(String enumeration, String name);

    /**
     * The type of that name, for navigation by {@link TypedValue}: a struct, union, enum or typedef. The name may have
     * {@code struct}, {@code union} or {@code enum} in front.
     *
     * @return empty when there is none, or the table's source does not describe whole types
     */
    default Optional<TypeReference> reference(String name) {
        return Optional.empty();
    }
}
