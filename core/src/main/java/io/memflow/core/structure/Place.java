package io.memflow.core.structure;

import io.memflow.core.error.MemflowException;
import org.jspecify.annotations.Nullable;

/**
 * Where a member lies in its structure, or why that is not known. A row whose other members are known can then be given
 * without this one. Immutable.
 *
 * @param offset in bytes; meaningless when it is not known
 * @param unknown null when it is known
 */
public record Place(long offset, @Nullable MemflowException unknown) {
    /**
     * Address of the member in the structure at an address.
     *
     * @throws MemflowException of kind NOT_FOUND when its place is not known
     */
    public long in(long structure) {
        if (unknown != null) {
            throw unknown;
        }
        return structure + offset;
    }

    public boolean isKnown() {
        return unknown == null;
    }
}
