package io.memflow.host.nested;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Looks now and then whether a process is still the one that it was: its memory is reached through its page tables, and
 * once it has ended these hold whatever came after it. Thread-safe.
 */
final class ProcessWatch {
    /** A look takes a walk through the system's structures, some milliseconds where those are slow to reach. */
    private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final OperatingSystem system;
    private final ProcessInfo row;
    private final LongSupplier clock;
    private final AtomicLong due;
    private volatile boolean ended;

    ProcessWatch(OperatingSystem system, ProcessInfo row) {
        this(system, row, System::nanoTime);
    }

    /** @param clock nanoseconds since any moment */
    ProcessWatch(OperatingSystem system, ProcessInfo row, LongSupplier clock) {
        this.system = system;
        this.row = row;
        this.clock = clock;
        due = new AtomicLong(clock.getAsLong() + EVERY_NANOS);
    }

    /** Whether it was there when last looked for; looks again when that is a second ago. */
    boolean isRunning() {
        long now = clock.getAsLong();
        long last = due.get();
        if (!ended && now - last >= 0 && due.compareAndSet(last, now + EVERY_NANOS)) {
            ended = !look();
        }
        return !ended;
    }

    private boolean look() {
        try {
            return system.process(row.pid())
                    .map(process -> isSame(process.info()))
                    .orElse(false);
        } catch (MemflowException changing) {
            // A running system may be caught in the middle of a change. That says nothing of this process.
            return true;
        }
    }

    private boolean isSame(ProcessInfo now) {
        return Objects.equals(now.address(), row.address())
                && Objects.equals(now.dtb(), row.dtb())
                && Optional.ofNullable(now.startSinceBoot()).equals(Optional.ofNullable(row.startSinceBoot()));
    }
}
