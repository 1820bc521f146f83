package io.memflow.os.linux.discovery;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The kernel's release from {@code init_uts_ns}, which says again what the banner says. Stateless. */
final class SystemName {
    /** {@code __NEW_UTS_LEN + 1}, include/uapi/linux/utsname.h: each field takes that many bytes. */
    private static final int FIELD_BYTES = 65;

    private static final int RELEASE = 2 * FIELD_BYTES;
    private static final int VERSION = 3 * FIELD_BYTES;
    /** Up to 5.10 a reference count lies before the names. */
    private static final int MOST_BEFORE = 8;

    private static final byte[] SYSTEM = "Linux\0".getBytes(StandardCharsets.US_ASCII);

    private SystemName() {}

    /** As a banner would begin; empty when the structure at that address holds no names. */
    static Optional<String> banner(MemoryView memory, long namespace) {
        try {
            for (int before = 0; before <= MOST_BEFORE; before += Integer.BYTES) {
                byte[] system = memory.readBytes(namespace + before, SYSTEM.length);
                if (Arrays.equals(system, SYSTEM)) {
                    return Optional.of("Linux version %s %s"
                            .formatted(
                                    memory.readFixedUtf8Lossy(namespace + before + RELEASE, FIELD_BYTES),
                                    memory.readFixedUtf8Lossy(namespace + before + VERSION, FIELD_BYTES)));
                }
            }
            return Optional.empty();
        } catch (MemoryAccessException unreadable) {
            return Optional.empty();
        }
    }
}
