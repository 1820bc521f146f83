package io.memflow.core.os;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One service or driver that a machine is set up to have, as its registry says, whether it runs or not.
 *
 * @param name its key's name
 * @param displayName the name that people see, or where it is kept ({@code @file,-number}); null when it has none
 * @param kind what it is; null when the registry does not say, as for keys that only keep settings
 * @param start when it is started; null when the registry does not say
 * @param program its command line or path; null when it has none
 * @param library the library that does the work in a shared process ({@code Parameters\ServiceDll}); null without one
 * @param account the user it runs as, or for drivers their object; null when it is not said
 * @param lastWritten when its key was changed; null when that is not kept
 */
public record ServiceInfo(
        String name,
        @Nullable String displayName,
        @Nullable Kind kind,
        @Nullable Start start,
        @Nullable String program,
        @Nullable String library,
        @Nullable String account,
        @Nullable Instant lastWritten,
        Provenance provenance)
        implements Row {
    /** What a service is (winnt.h, {@code SERVICE_KERNEL_DRIVER} and on). */
    public enum Kind {
        KERNEL_DRIVER,
        FILE_SYSTEM_DRIVER,
        ADAPTER,
        RECOGNIZER_DRIVER,
        /** In a process of its own. */
        OWN_PROCESS,
        /** In a process with others. */
        SHARED_PROCESS,
        /** A number that is none of those. */
        OTHER
    }

    /** When a service is started, in the order of its numbers (winnt.h, {@code SERVICE_BOOT_START} and on). */
    public enum Start {
        BOOT,
        SYSTEM,
        AUTOMATIC,
        ON_DEMAND,
        DISABLED
    }
}
