package io.memflow.cli.target;

import io.memflow.cli.arguments.UsageException;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.TargetProcess;

/**
 * A process as the user names it.
 *
 * @param pid its id in the machine's initial namespace
 */
public record ProcessId(int pid) {
    /**
     * Parses a decimal process id.
     *
     * @throws UsageException when the text is anything else
     */
    public static ProcessId parse(String text) {
        try {
            int pid = Integer.parseInt(text);
            if (pid >= 0) {
                return new ProcessId(pid);
            }
        } catch (NumberFormatException notANumber) {
            throw new UsageException(complaint(text));
        }
        throw new UsageException(complaint(text));
    }

    /**
     * Looks the process up.
     *
     * @throws MemflowException when the target has none of that id
     */
    public TargetProcess in(OperatingSystem system) {
        return system.process(pid).orElseThrow(() -> {
            boolean listIsWhole = system.processes().missing().isEmpty();
            return new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.PROCESS_NOT_FOUND,
                    listIsWhole
                            ? "The target has no process " + pid + "; memflow ps lists those it has."
                            : "Process " + pid + " was not found, but the target's process list is damaged;"
                                    + " memflow ps lists those that were and names the damage.");
        });
    }

    private static String complaint(String text) {
        return "\"" + text + "\" is not a process id, which is a decimal number.";
    }
}
