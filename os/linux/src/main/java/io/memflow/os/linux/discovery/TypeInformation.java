package io.memflow.os.linux.discovery;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.btf.Btf;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds the kernel's BTF in its image: between the symbols around it, else by its header. Stateless. */
final class TypeInformation {
    /** Magic, version 1, no flags, header of 24 bytes (include/uapi/linux/btf.h, {@code struct btf_header}). */
    private static final long HEADER = 0x0000_0018_0001_eb9fL;

    private static final int ALIGNMENT = 4;
    /** Copies of the header alone, and the BTF of modules, have no {@code task_struct} of their own. */
    private static final String PROOF = "task_struct";

    private TypeInformation() {}

    static Optional<TypeTable> find(MemorySegment bytes, KernelImage image, SymbolTable symbols) {
        OptionalLong start = symbols.address("__start_BTF");
        OptionalLong stop = symbols.address("__stop_BTF");
        if (start.isPresent() && stop.isPresent()) {
            long offset = start.getAsLong() - image.virtualBase();
            long length = stop.getAsLong() - start.getAsLong();
            if (offset >= 0 && length > 0 && offset <= bytes.byteSize() - length) {
                Optional<TypeTable> named = parse(bytes.asSlice(offset, length));
                if (named.isPresent()) {
                    return named;
                }
            }
        }
        return scan(bytes);
    }

    private static Optional<TypeTable> scan(MemorySegment bytes) {
        for (long offset = 0; offset + Long.BYTES <= bytes.byteSize(); offset += ALIGNMENT) {
            if (bytes.get(ScalarLayout.LONG_LITTLE, offset) == HEADER) {
                MemorySegment rest = bytes.asSlice(offset);
                OptionalLong size = Btf.blobSize(rest);
                Optional<TypeTable> found =
                        size.isPresent() ? parse(rest.asSlice(0, size.getAsLong())) : Optional.empty();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<TypeTable> parse(MemorySegment blob) {
        try {
            Btf types = Btf.parse(blob);
            return types.size(PROOF).isPresent() ? Optional.of(types) : Optional.empty();
        } catch (MalformedDataException notTypes) {
            return Optional.empty();
        }
    }
}
