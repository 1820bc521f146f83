package io.memflow.os.nativelinux.proc;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What to do when the kernel refuses a file to this user. Stateless. */
public final class Refusal {
    private static final Path OWN_STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";
    /** Of include/uapi/linux/capability.h. */
    private static final int CAP_SYS_PTRACE = 19;

    private static final Path PTRACE_SCOPE = Path.of("/proc/sys/kernel/yama/ptrace_scope");
    /** By the last name of a path; those of processes need what ptrace(2) calls read access. */
    private static final Map<String, String> BY_NAME = Map.of(
            "kmsg",
            "run as root or with CAP_SYSLOG, or set /proc/sys/kernel/dmesg_restrict to 0",
            "kallsyms",
            "run as root or with CAP_SYSLOG, or set /proc/sys/kernel/kptr_restrict to 0",
            "sections",
            "run as root",
            "pagemap",
            "run as root or with CAP_SYS_ADMIN");

    private Refusal() {}

    /** The failure for a file that this user may not read. */
    static MemflowException of(Path file, IOException cause) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.UNABLE_TO_READ_FILE,
                "This user may not read %s: %s.".formatted(file, remedy(file)),
                cause);
    }

    private static String remedy(Path file) {
        String special = BY_NAME.get(String.valueOf(file.getFileName()));
        return special == null ? ofProcess() : special;
    }

    /**
     * What this user needs to look into other processes, as an imperative. Source: ptrace(2), section "Ptrace access mode
     * checking", and Documentation/admin-guide/LSM/Yama.rst.
     */
    public static String ofProcess() {
        if (mayLookIntoAny()) {
            return "the kernel keeps that process even from a user with CAP_SYS_PTRACE, as it does those of an outer user"
                    + " namespace and those that a security module guards";
        }
        String basic = "run as root or with CAP_SYS_PTRACE, or as that process' own user";
        return switch (scope()) {
            case 0, -1 -> basic;
            case 1 -> basic + " with " + PTRACE_SCOPE + " at 0 (it is 1, which leaves only children)";
            case 2 -> "run as root or with CAP_SYS_PTRACE (" + PTRACE_SCOPE + " is 2)";
            default -> PTRACE_SCOPE + " is 3, so no process may look into another until the machine is booted again";
        };
    }

    /** Whether this user has what the kernel asks of those who look into processes of others. */
    public static boolean mayLookIntoAny() {
        try {
            return Files.readString(OWN_STATUS)
                    .lines()
                    .filter(line -> line.startsWith(EFFECTIVE))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring(EFFECTIVE.length()).strip(), 16))
                    .anyMatch(capabilities -> (capabilities >>> CAP_SYS_PTRACE & 1) != 0);
        } catch (IOException notShown) {
            return false;
        } catch (NumberFormatException notStatus) {
            return false;
        }
    }

    /** Yama's setting; -1 on kernels without it. */
    public static int scope() {
        try {
            return Integer.parseInt(Files.readString(PTRACE_SCOPE).strip());
        } catch (IOException notThere) {
            return -1;
        } catch (NumberFormatException notOfYama) {
            return -1;
        }
    }
}
