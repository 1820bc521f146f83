package io.memflow.os.linux.profile;

import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.SymbolTable;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/** The build id in a running kernel: its {@code .notes} between {@code __start_notes} and {@code __stop_notes}. Stateless. */
final class BuildIdNote {
    /** {@code NT_GNU_BUILD_ID} and its owner, "GNU" with its zero. */
    private static final int TYPE = 3;

    private static final int OWNER = 0x0055_4E47;
    /** Name size, descriptor size, type (System V gABI, "Note Section"). */
    private static final int HEADER_BYTES = 12;

    private static final int ALIGNMENT = 4;
    private static final int LONGEST_ID = 64;
    private static final long MOST_BYTES = 1 << 16;

    private BuildIdNote() {}

    /** The id in hexadecimal; empty when there is none, or it cannot be read. */
    static Optional<String> of(LoadedKernel kernel, SymbolTable symbols) {
        OptionalLong start = symbols.address("__start_notes");
        OptionalLong stop = symbols.address("__stop_notes");
        if (start.isEmpty() || stop.isEmpty() || !kernel.holds(start.getAsLong())) {
            return Optional.empty();
        }
        try {
            return search(kernel, start.getAsLong(), Math.min(stop.getAsLong(), start.getAsLong() + MOST_BYTES));
        } catch (MemflowException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> search(LoadedKernel kernel, long start, long stop) {
        long at = start;
        while (stop - at > HEADER_BYTES) {
            long nameBytes = kernel.memory().readUnsigned(at, Integer.BYTES);
            long idBytes = kernel.memory().readUnsigned(at + 4, Integer.BYTES);
            int type = kernel.memory().readInt(at + 8);
            long id = at + HEADER_BYTES + aligned(nameBytes);
            boolean isGnu = nameBytes == Integer.BYTES && kernel.memory().readInt(at + HEADER_BYTES) == OWNER;
            if (type == TYPE && isGnu && idBytes > 0 && idBytes <= LONGEST_ID) {
                return Optional.of(HexFormat.of().formatHex(kernel.memory().readBytes(id, (int) idBytes)));
            }
            at = id + aligned(idBytes);
        }
        return Optional.empty();
    }

    private static long aligned(long bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
