package io.memflow.core.os;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One process. A field that does not apply or could not be read is null; {@link #provenance()} names those that could not
 * be read.
 *
 * @param address virtual address of the kernel's own object; null from a system that does not show it
 * @param pid process id in the machine's initial namespace
 * @param parentPid id of the parent process
 * @param name the short name the kernel keeps
 * @param kind whether it runs user code
 * @param threads number of threads
 * @param path the executable, as seen from the root of the mount namespace it was opened in
 * @param arguments the command line, argument by argument; empty for kernel threads and zombies
 * @param startTime when it started, by the machine's own clock
 * @param startSinceBoot how long after boot it started
 * @param dtb physical address of its root page table; null when it has none of its own
 */
public record ProcessInfo(
        @Nullable Long address,
        int pid,
        @Nullable Integer parentPid,
        @Nullable String name,
        Kind kind,
        TaskState state,
        @Nullable Credentials credentials,
        @Nullable Integer threads,
        @Nullable String path,
        List<String> arguments,
        @Nullable Instant startTime,
        @Nullable Duration startSinceBoot,
        @Nullable Long dtb,
        Provenance provenance)
        implements Row {
    public ProcessInfo {
        arguments = List.copyOf(arguments);
    }

    /**
     * The same row with another root page table.
     *
     * @param root physical address
     */
    public ProcessInfo withDtb(long root) {
        return new ProcessInfo(
                address,
                pid,
                parentPid,
                name,
                kind,
                state,
                credentials,
                threads,
                path,
                arguments,
                startTime,
                startSinceBoot,
                root,
                provenance);
    }

    /** Whether a process runs user code. */
    public enum Kind {
        USER,
        KERNEL
    }
}
