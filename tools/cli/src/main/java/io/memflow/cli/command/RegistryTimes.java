package io.memflow.cli.command;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times of the registry as text; null for none. Stateless. */
final class RegistryTimes {
    private RegistryTimes() {}

    /** As RFC 3339 with a space, which it allows for reading. */
    static @Nullable String toTheSecond(@Nullable Instant time) {
        return time == null
                ? null
                : time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ');
    }

    static @Nullable String exact(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
