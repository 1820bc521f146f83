package io.memflow.os.nativelinux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.LogRecord;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LogRowsTest {
    @Test
    void readsEveryFieldOfARecord() {
        LogRecord record = Objects.requireNonNull(LogRows.parse(
                "30,339,5140900,-,caller=T12;usb \\x1b[1m done\\xc3\\xbc\n SUBSYSTEM=usb\n DEVICE=c189:1\n"));
        assertThat(record.sequence()).isEqualTo(339);
        assertThat(record.sinceBoot()).isEqualTo(Duration.ofNanos(5_140_900_000L));
        assertThat(record.level()).isEqualTo(LogRecord.Level.INFORMATION);
        assertThat(record.facility()).isEqualTo(3);
        assertThat(record.caller()).isEqualTo("task 12");
        assertThat(record.text()).isEqualTo("usb \u001b[1m doneü");
        assertThat(record.subsystem()).isEqualTo("usb");
        assertThat(record.device()).isEqualTo("c189:1");
    }

    @Test
    void takesNoRecordForOne() {
        assertThat(LogRows.parse("")).isNull();
        assertThat(LogRows.parse("no semicolon")).isNull();
        assertThat(LogRows.parse("1,2;text")).isNull();
        assertThat(LogRows.parse("x,2,3,-;text")).isNull();
    }

    @Test
    void countsProcessors() {
        assertThat(MachineRows.processors("0-3,5")).isEqualTo(5);
        assertThat(MachineRows.processors("0")).isEqualTo(1);
    }
}
