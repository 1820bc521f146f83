package io.memflow.os.linux.machine;

import io.memflow.core.os.LogRecord;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What else tells facts of the machine, for kernels whose symbols do not name the variables. Thread-safe.
 *
 * @param log the kernel's log
 * @param processes all processes
 */
public record IndirectFacts(Supplier<List<LogRecord>> log, Supplier<List<ProcessInfo>> processes) {
    /** {@code start_kernel()}, init/main.c. */
    private static final String COMMAND_LINE = "Kernel command line: ";
    /** {@code LOG_KERN}: what programs write to the log bears another facility. */
    private static final int KERNEL_FACILITY = 0;
    /** A record of the log holds no more ({@code PRINTKRB_RECORD_MAX}, kernel/printk/internal.h): it may be cut there. */
    private static final int LONGEST_RECORD = 1024;
    /** {@code cpuhp_threads}, kernel/cpu.c: one for each processor that was ever started, parked while it is off. */
    private static final Pattern HOTPLUG_THREAD = Pattern.compile("cpuhp/\\d+");

    /** The command line as the kernel logged it at boot; empty when the record was overwritten or may have been cut. */
    Optional<String> commandLine() {
        return log.get().stream()
                .filter(record -> record.facility() == KERNEL_FACILITY)
                .map(LogRecord::text)
                .filter(text -> text != null && text.startsWith(COMMAND_LINE) && text.length() < LONGEST_RECORD)
                .map(text -> text.substring(COMMAND_LINE.length()).strip())
                .findFirst();
    }

    /** How many processors run, by the threads that bring them up and down; empty when there is none. */
    OptionalInt processors() {
        long running = processes.get().stream()
                .filter(row -> row.kind() == ProcessInfo.Kind.KERNEL)
                .filter(row -> HOTPLUG_THREAD.matcher(row.name()).matches())
                .filter(row -> row.state() != TaskState.PARKED)
                .count();
        return running == 0 ? OptionalInt.empty() : OptionalInt.of((int) running);
    }
}
