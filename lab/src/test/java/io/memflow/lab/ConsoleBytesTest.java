package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleBytesTest {
    @Test
    void runsAreJoinedAndWhatStandsBetweenThemIsDropped() {
        assertThat(sent("boot\n\nLAB-BYTES 4\na\nb\r\nnoise\n\nLAB-BYTES 2\ncd\nLAB-READY\n"))
                .isEqualTo("a\nb\rcd");
    }

    @Test
    void aMarkInsideARunIsContent() {
        assertThat(sent("LAB-BYTES 12\nLAB-BYTES 1\n\n")).isEqualTo("LAB-BYTES 1\n");
    }

    @Test
    void cutAndBrokenRunsAreRefused() {
        assertThatThrownBy(() -> sent("LAB-BYTES 9\nshort"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("cut off");
        assertThatThrownBy(() -> sent("LAB-BYTES x\n")).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> sent("LAB-BYTES 12")).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> sent("LAB-BYTES 1234567890\n")).isInstanceOf(MalformedDataException.class);
    }

    private static String sent(String console) {
        return new String(ConsoleBytes.of(console.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}
