package io.memflow.connector.qemu.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.host.process.HostMapping;
import java.util.List;
import org.junit.jupiter.api.Test;

class RamSpansTest {
    private static final long RAM = 96L << 20;
    private static final long START = 0x7f00_0000_0000L;

    @Test
    void findsRamInOneOrSeveralMappings() {
        List<HostMapping> mappings = HostMapping.parseAll("""
                1000000-3000000 rw-p 00000000 00:00 0
                3000000-5000000 rw-p 00000000 00:00 0
                6000000-8000000 rw-s 00000000 00:01 7 /memfd:a
                8000000-a000000 rw-s 02000000 00:01 7 /memfd:a
                b000000-f000000 rwxp 00000000 00:00 0
                10000000-12000000 rw-s 00000000 00:01 7 /memfd:a
                12000000-14000000 rw-s 00000000 00:01 7 /memfd:a
                """);

        assertThat(RamSpans.ofSize(mappings, 0x4000000))
                .containsExactly(new RamSpans.Span(0x1000000, 0x4000000), new RamSpans.Span(0x6000000, 0x4000000));
        // One page less still fills the same huge pages.
        assertThat(RamSpans.ofSize(mappings, 0x3fff000)).hasSize(2);
        // Smaller RAM could be the upper part of the private run, never part of a file.
        assertThat(RamSpans.ofSize(mappings, 0x1000000)).containsExactly(new RamSpans.Span(0x4000000, 0x1000000));
        assertThat(RamSpans.ofSize(List.of(), 0x1000)).isEmpty();
    }

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
