package io.memflow.core.os;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process may do and what it is shut into: the facts beyond {@link ProcessInfo}.
 *
 * @param pid the process
 * @param name the short name the kernel keeps; null when it could not be read
 * @param kind whether it runs user code
 * @param namespaces number of the namespace of each kind, by the names of {@code /proc/PID/ns}; those it has let go of, as
 *     zombies have of most, are left out
 * @param pids its id in each pid namespace it is seen from, the machine's initial one first
 * @param controlGroups its control group in each hierarchy
 * @param capabilities what it may do beyond its user's rights; null when they could not be read
 * @param exitCode how it ended, as wait(2) gives it; null while it has not
 */
public record ProcessDetails(
        int pid,
        @Nullable String name,
        ProcessInfo.Kind kind,
        Map<String, Long> namespaces,
        List<Integer> pids,
        List<ControlGroup> controlGroups,
        @Nullable Capabilities capabilities,
        @Nullable Integer exitCode,
        Provenance provenance)
        implements Row {
    public ProcessDetails {
        namespaces = Map.copyOf(namespaces);
        pids = List.copyOf(pids);
        controlGroups = List.copyOf(controlGroups);
    }

    /**
     * Sets of capabilities, a bit each (capabilities(7); on Windows the privileges of a token).
     *
     * @param inheritable what a program it runs may get
     * @param permitted what it may make effective
     * @param effective what it has
     * @param bounding what it can ever get
     * @param ambient what a program it runs gets
     */
    public record Capabilities(long inheritable, long permitted, long effective, long bounding, long ambient) {}

    /**
     * A place in a hierarchy of control groups.
     *
     * @param hierarchy the hierarchy's number, 0 for the unified one
     * @param name of a named hierarchy, empty otherwise
     * @param path from the hierarchy's top
     */
    public record ControlGroup(int hierarchy, String name, String path) {}
}
