package io.memflow.formats.registry;

import io.memflow.core.error.MalformedDataException;

/** What no real hive exceeds: what claims more is damaged, and costs neither time nor memory. Stateless. */
final class HiveLimits {
    /** Levels of keys (Microsoft, "Registry element size limits"). */
    static final int DEEPEST = 512;
    /** Damaged entries of one list that are named; the rest is counted. */
    static final int MOST_NAMED = 256;

    private static final String FORMAT = "registry hive";

    private HiveLimits() {}

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
