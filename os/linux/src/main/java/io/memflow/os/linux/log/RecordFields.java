package io.memflow.os.linux.log;

import io.memflow.core.os.FieldReader;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.LogRecord.Level;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What both forms of the log note of a record: {@code struct printk_info}, {@code struct printk_log}. Thread-safe. */
final class RecordFields {
    /** The names of include/linux/kern_levels.h in their order. */
    private static final Level[] LEVELS = {
        Level.EMERGENCY,
        Level.ALERT,
        Level.CRITICAL,
        Level.ERROR,
        Level.WARNING,
        Level.NOTICE,
        Level.INFORMATION,
        Level.DEBUG
    };

    private static final long LEVEL_MASK = 7;
    /** Set in {@code caller_id} when the rest is a processor's number, {@code printk_caller_id()} in kernel/printk. */
    private static final long ON_PROCESSOR = 0x8000_0000L;

    private final KernelField time;
    private final KernelField facility;
    private final KernelField level;
    private final Optional<KernelField> caller;
    private final Optional<KernelField> subsystem;
    private final Optional<KernelField> device;

    RecordFields(Kernel kernel, String structure) {
        time = kernel.field(structure, "ts_nsec");
        facility = kernel.field(structure, "facility");
        level = kernel.field(structure, "level");
        caller = kernel.optionalField(structure, "caller_id");
        subsystem = kernel.optionalField(structure, "dev_info.subsystem");
        device = kernel.optionalField(structure, "dev_info.device");
    }

    /**
     * A row.
     *
     * @param record virtual address of the structure
     * @throws io.memflow.core.memory.MemoryAccessException when its fixed part cannot be read
     */
    LogRecord row(long record, long sequence, @Nullable String text, FieldReader fields, String source) {
        return new LogRecord(
                sequence,
                Duration.ofNanos(Math.max(0, time.signed(record))),
                LEVELS[(int) (level.unsigned(record) & LEVEL_MASK)],
                (int) facility.unsigned(record),
                caller.isEmpty()
                        ? null
                        : fields.read("caller_id", () -> caller(caller.get().unsigned(record))),
                named(subsystem, record),
                named(device, record),
                text,
                fields.provenance(source));
    }

    /** Noted in each record since 5.10, although {@code /dev/kmsg} shows it only with CONFIG_PRINTK_CALLER. */
    private static String caller(long id) {
        return (id & ON_PROCESSOR) != 0 ? "cpu " + (id & ~ON_PROCESSOR) : "task " + id;
    }

    private static @Nullable String named(Optional<KernelField> field, long record) {
        String text = field.isEmpty() ? "" : field.get().text(record);
        return text.isEmpty() ? null : text;
    }
}
