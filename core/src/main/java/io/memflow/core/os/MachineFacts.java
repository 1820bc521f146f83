package io.memflow.core.os;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of the machine as a whole. A fact that could not be read is null.
 *
 * @param hostName the machine's own name
 * @param domainName the domain it believes to be in
 * @param system name of the system, such as {@code Linux}
 * @param release of the kernel, such as {@code 6.1.0-56-amd64}
 * @param build of the kernel: number and date
 * @param machine name of the processor architecture, as the system itself spells it
 * @param commandLine what the kernel was started with
 * @param bootTime when it was booted, by the machine's own clock
 * @param processors how many are running
 * @param taint the kernel's own flags on what it was tainted by (Documentation/admin-guide/tainted-kernels.rst)
 */
public record MachineFacts(
        @Nullable String hostName,
        @Nullable String domainName,
        @Nullable String system,
        @Nullable String release,
        @Nullable String build,
        @Nullable String machine,
        @Nullable String commandLine,
        @Nullable Instant bootTime,
        @Nullable Integer processors,
        @Nullable Long taint,
        Provenance provenance)
        implements Row {}
