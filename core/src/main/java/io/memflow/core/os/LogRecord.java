package io.memflow.core.os;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One record of the kernel's log.
 *
 * @param sequence its number since boot
 * @param sinceBoot when it was written, by the clock the log uses, which stops while the machine sleeps
 * @param level how grave it is
 * @param facility number of the kind of program that wrote it: 0 is the kernel (RFC 3164, section 4.1.1)
 * @param caller what wrote it, as {@code task 7} or {@code cpu 0}; null when the kernel does not note it
 * @param subsystem of the device it is about; null when it is about none
 * @param device it is about; null when it is about none
 * @param text as it was written, line breaks inside included; null when it could not be read
 */
public record LogRecord(
        long sequence,
        Duration sinceBoot,
        Level level,
        int facility,
        @Nullable String caller,
        @Nullable String subsystem,
        @Nullable String device,
        @Nullable String text,
        Provenance provenance)
        implements Row {
    /** How grave a record is, in the order of syslog's numbers (RFC 3164, section 4.1.1). */
    public enum Level {
        EMERGENCY,
        ALERT,
        CRITICAL,
        ERROR,
        WARNING,
        NOTICE,
        INFORMATION,
        DEBUG
    }
}
