package io.memflow.connector.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.host.process.HostMapping;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryRunTest {
    private static final String MAPS = """
            555500000000-555500100000 r-xp 00000000 fe:01 12 /usr/bin/vmm
            555500200000-555510200000 rw-p 00000000 00:00 0 [heap]
            7f0000000000-7f0008000000 rw-s 00000000 00:01 77 /memfd:guest (deleted)
            7f0008000000-7f0010000000 rw-s 08000000 00:01 77 /memfd:guest (deleted)
            7f0100000000-7f0104000000 rw-p 00000000 00:00 0
            7f0104000000-7f0104001000 ---p 00000000 00:00 0
            7f0200000000-7f0210000000 rw-s 00000000 00:0f 8 anon_inode:kvm-vcpu:0
            7f0300000000-7f0320000000 rw-p 00000000 00:00 0 [anon:guest memory]
            7f0400000000-7f0400100000 rw-p 00000000 00:00 0
            7ffc00000000-7ffc08000000 rw-p 00000000 00:00 0 [stack]
            """;

    @Test
    void takesTheLargeOnesThatAProcessHasForAMachine() {
        assertThat(MemoryRun.of(HostMapping.parseAll(MAPS)))
                .containsExactly(
                        new MemoryRun(0x7f0300000000L, 512L << 20, MemoryRun.Kind.ANONYMOUS),
                        new MemoryRun(0x7f0000000000L, 256L << 20, MemoryRun.Kind.MEMFD),
                        new MemoryRun(0x7f0100000000L, 64L << 20, MemoryRun.Kind.ANONYMOUS));
    }

    @Test
    void takesAnonymousMappingsThatTouchEachOtherApartToo() {
        String maps = """
                7fb956a69000-7fb957269000 rw-p 00000000 00:00 0
                7fb95726a000-7fb957a6a000 rw-p 00000000 00:00 0
                7fb957a6a000-7fb95ba6a000 rw-p 00000000 00:00 0
                """;
        assertThat(MemoryRun.of(HostMapping.parseAll(maps)))
                .containsExactly(
                        new MemoryRun(0x7fb95726a000L, 72L << 20, MemoryRun.Kind.ANONYMOUS),
                        new MemoryRun(0x7fb956a69000L, 8L << 20, MemoryRun.Kind.ANONYMOUS),
                        new MemoryRun(0x7fb957a6a000L, 64L << 20, MemoryRun.Kind.ANONYMOUS),
                        new MemoryRun(0x7fb95726a000L, 8L << 20, MemoryRun.Kind.ANONYMOUS));
    }

    @Test
    void takesNoMoreThanAMachineHasPieces() {
        StringBuilder maps = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            maps.append("%x-%x rw-p 00000000 00:00 0\n"
                    .formatted(0x7f0000000000L + i * 0x2000000L, 0x7f0000000000L + i * 0x2000000L + 0x1000000L));
        }
        assertThat(MemoryRun.of(HostMapping.parseAll(maps.toString()))).hasSize(16);
        assertThat(MemoryRun.of(List.of())).isEmpty();
    }
}
