package io.memflow.core.os;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One key of the Windows registry.
 *
 * @param path from where its hive is mounted, or from the hive's root, names divided by backslashes
 * @param lastWritten when it or one of its values was changed; null when that is not kept
 * @param className the class it was made with; null when it has none or it could not be read
 * @param subkeys how many keys it says are directly below it, volatile ones among them
 * @param values how many values it says it has
 * @param kind what it is beside a key
 */
public record RegistryKeyInfo(
        String path,
        @Nullable Instant lastWritten,
        @Nullable String className,
        long subkeys,
        long values,
        Kind kind,
        Provenance provenance)
        implements Row {
    /** What a key is. */
    public enum Kind {
        PLAIN,
        /** In memory only. */
        VOLATILE,
        /** It leads to another key, which its value {@code SymbolicLinkValue} names. */
        LINK,
        /** Another hive begins there. */
        MOUNT
    }
}
