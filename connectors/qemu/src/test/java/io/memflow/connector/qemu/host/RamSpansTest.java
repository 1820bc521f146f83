package io.memflow.connector.qemu.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RamSpansTest {
    private static final long RAM = 96L << 20;
    private static final long START = 0x7f00_0000_0000L;

    @Test
    void findsAMappingOfExactlyTheSize() {
        assertThat(spans(line(START, RAM, 0))).containsExactly(new RamSpans.Span(START, RAM));
    }

    @Test
    void joinsMappingsThatShowOneThing() {
        assertThat(spans(line(START, 1 << 20, 0) + line(START + (1 << 20), RAM - (1 << 20), 0)))
                .containsExactly(new RamSpans.Span(START, RAM));
    }

    @Test
    void takesTheUpperPartWhenPrivateMemoryLiesRightBelow() {
        assertThat(spans(line(START - 0x21000, RAM + 0x21000, 0))).containsExactly(new RamSpans.Span(START, RAM));
    }

    @Test
    void leavesOutLongerRunsWhoseUpperPartIsNotAligned() {
        assertThat(spans(line(START, RAM + 0x21000, 0))).isEmpty();
    }

    @Test
    void leavesOutLongerFiles() {
        assertThat(spans(line(START - (4 << 20), RAM + (4 << 20), 77))).isEmpty();
    }

    private static List<RamSpans.Span> spans(String maps) {
        return RamSpans.ofSize(HostMapping.parseAll(maps), RAM);
    }

    private static String line(long start, long length, long inode) {
        return "%x-%x rw-p 00000000 00:00 %d\n".formatted(start, start + length, inode);
    }
}
