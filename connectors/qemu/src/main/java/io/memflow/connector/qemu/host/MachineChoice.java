package io.memflow.connector.qemu.host;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of the QEMUs that run somewhere a target names. Immutable.
 *
 * @param running all of them
 * @param where where they were looked for, as in "among the processes this user sees"
 * @param remedy what to do when there is none, as an imperative
 */
public record MachineChoice<T extends QemuInstance>(List<T> running, String where, String remedy) {
    public MachineChoice {
        running = List.copyOf(running);
    }

    /**
     * The machine that is meant.
     *
     * @param target process id or name; without one there must be one machine only
     * @throws MemflowException when there is none, or more than one
     */
    public T find(Optional<String> target) {
        List<T> found = target.map(this::named).orElse(running);
        if (found.size() == 1) {
            return found.getFirst();
        }
        String wanted = target.map(name -> "\"" + name + "\"").orElse("the only one");
        if (running.isEmpty()) {
            throw refusal("No QEMU is running %s (looked for %s): %s.".formatted(where, wanted, remedy));
        }
        throw refusal(
                found.isEmpty()
                        ? "No running QEMU is %s; running: %s.".formatted(wanted, list(running))
                        : "%d running QEMUs are %s: name one by its process id: %s."
                                .formatted(found.size(), target.isPresent() ? wanted : "candidates", list(found)));
    }

    /** Those of that process id or name. A process id comes first: names can be numbers too. */
    public List<T> named(String target) {
        List<T> byId = running.stream()
                .filter(machine -> Long.toString(machine.pid()).equals(target))
                .toList();
        return byId.isEmpty()
                ? running.stream()
                        .filter(machine -> machine.commandLine()
                                .name()
                                .filter(target::equals)
                                .isPresent())
                        .toList()
                : byId;
    }

    private static String list(List<? extends QemuInstance> machines) {
        return machines.stream().map(QemuInstance::description).collect(Collectors.joining(", "));
    }

    private static MemflowException refusal(String message) {
        return new MemflowException(ErrorOrigin.CONNECTOR, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
