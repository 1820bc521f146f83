package io.memflow.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "17, 17",
        "0x10, 16",
        "4k, 4096",
        "4KB, 4096",
        "' 2m ', 2097152",
        "1gb, 1073741824",
        "0xbk, 11264",
        "0x1b, 27",
        "0xbb, 187",
        "17179869183g, -1073741824",
        "0xffffffffffffffff, -1"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteSize.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "k", "b", "kb", "-1", "4q", "4kk", "1.5m", "4 k b", "17179869184g", "0x1ffffffffffffffffk"})
    void refusesEverythingElse(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }

    @Test
    void writesTheShortestText() {
        assertThat(ByteSize.format(0)).isEqualTo("0");
        assertThat(ByteSize.format(1000)).isEqualTo("1000");
        assertThat(ByteSize.format(4096)).isEqualTo("4kb");
        assertThat(ByteSize.format(3 << 20)).isEqualTo("3mb");
        assertThat(ByteSize.format(1L << 42)).isEqualTo("4096gb");
        assertThat(ByteSize.format(-1L)).isEqualTo("18446744073709551615");
        for (long bytes : new long[] {0, 1, 4096, 5 << 20, 7L << 33, -1L << 30, Long.MIN_VALUE}) {
            assertThat(ByteSize.parse(ByteSize.format(bytes))).hasValue(bytes);
        }
    }
}
