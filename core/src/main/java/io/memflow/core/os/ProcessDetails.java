package io.memflow.core.os;

import java.time.Instant;
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
 * @param exitCode how it ended, as wait(2) gives it, on Windows its exit status; null while it has not
 * @param exitTime when it ended, by the machine's own clock; null while it has not, and where the system does not keep it
 * @param session number of the session it belongs to; null when it belongs to none or it is not known
 * @param token who it acts as where that is no number of a user; null where it is, see {@link ProcessInfo#credentials()}, or
 *     when it could not be read
 * @param protection what keeps others from it, such as {@code light-antimalware}; null when nothing does
 * @param machine the instruction set of its program where that is not the kernel's, such as {@code i386}; null where it is
 * @param userDtb physical address of the root page table it has while it runs outside the kernel; null when it is the one
 *     that {@link ProcessInfo#dtb()} names
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
        @Nullable Instant exitTime,
        @Nullable Long session,
        @Nullable Token token,
        @Nullable String protection,
        @Nullable String machine,
        @Nullable Long userDtb,
        Provenance provenance)
        implements Row {
    public ProcessDetails {
        namespaces = Map.copyOf(namespaces);
        pids = List.copyOf(pids);
        controlGroups = List.copyOf(controlGroups);
    }

    /** The details of a process of a system that has no tokens. */
    public ProcessDetails(
            int pid,
            @Nullable String name,
            ProcessInfo.Kind kind,
            Map<String, Long> namespaces,
            List<Integer> pids,
            List<ControlGroup> controlGroups,
            @Nullable Capabilities capabilities,
            @Nullable Integer exitCode,
            Provenance provenance) {
        this(
                pid,
                name,
                kind,
                namespaces,
                pids,
                controlGroups,
                capabilities,
                exitCode,
                null,
                null,
                null,
                null,
                null,
                null,
                provenance);
    }

    /**
     * Who a process acts as on Windows.
     *
     * @param user security identifier of its user, such as {@code S-1-5-18}; null when it could not be read
     * @param privileges what it may do beyond its user's rights, ascending by the system's number
     */
    public record Token(@Nullable String user, List<Privilege> privileges) {
        public Token {
            privileges = List.copyOf(privileges);
        }
    }

    /**
     * A privilege that a token holds.
     *
     * @param name such as {@code SeDebugPrivilege}
     * @param use whether it is in force
     */
    public record Privilege(String name, Use use) {
        /** Whether a privilege is in force. */
        public enum Use {
            ENABLED,
            /** The process may enable it. */
            DISABLED
        }
    }

    /**
     * Sets of capabilities, a bit each (capabilities(7)).
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
