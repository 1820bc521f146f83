package io.memflow.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1 KiB", "1536, 1.5 KiB", "100663296, 96 MiB", "-1, 16 EiB"})
    void sizesAreReadable(long size, String text) {
        assertThat(Units.bytes(size)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "0x10, 16", "4K, 4096", "4k, 4096", "0x2M, 2097152", "1G, 1073741824"})
    void sizesAreParsed(String text, long size) {
        assertThat(Units.parseBytes(text)).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "4T", "-1", "1.5K", "0x1000000000000000K"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> Units.parseBytes(text)).isInstanceOf(MemflowException.class);
    }

    @Test
    void timesAreReadable() {
        assertThat(Units.time(Duration.ofNanos(1_234_567))).isEqualTo("1.2 ms");
        assertThat(Units.time(Duration.ofMillis(1_234))).isEqualTo("1.23 s");
    }

    @Test
    void secondsAreExact() {
        assertThat(Units.seconds(Duration.ofNanos(1_500_000_001L))).hasToString("1.500000001");
        assertThat(Units.seconds(Duration.ofSeconds(100))).hasToString("100");
        assertThat(Units.seconds(Duration.ZERO)).hasToString("0");
        assertThat(Units.seconds(Duration.ofNanos(1)).toPlainString()).isEqualTo("0.000000001");
    }
}
