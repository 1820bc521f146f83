package io.memflow.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostMappingTest {
    private static final String MAPS = """
            7f3db7e00000-7f3dbde00000 rw-s 00000000 00:1a 482                        /dev/shm/qc1.ram
            7f3dbde00000-7f3dc3e00000 rw-s 00000000 00:01 1043                       /memfd:memory-backend-memfd (deleted)
            7f3dc4000000-7f3dca000000 rw-p 00000000 00:00 0\s
            7f3dca000000-7f3dca001000 ---p 00000000 00:00 0
            55d000000000-55d000100000 r-xp 00001000 fe:01 99   /usr/bin/qemu with space
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
            """;

    @Test
    void readsEveryKindOfLine() {
        List<HostMapping> mappings = HostMapping.parseAll(MAPS);

        assertThat(mappings).hasSize(6);
        assertThat(mappings.get(0))
                .isEqualTo(new HostMapping(0x7f3db7e00000L, 0x7f3dbde00000L, "rw-s", 0, 482, "/dev/shm/qc1.ram"));
        assertThat(mappings.get(0).isSharedFile()).isTrue();
        assertThat(mappings.get(1).path()).isEqualTo("/memfd:memory-backend-memfd (deleted)");
        assertThat(mappings.get(2).isSharedFile()).isFalse();
        assertThat(mappings.get(2).isData()).isTrue();
        assertThat(mappings.get(3).isData()).isFalse();
        assertThat(mappings.get(4).path()).isEqualTo("/usr/bin/qemu with space");
        assertThat(mappings.get(5).start()).isEqualTo(0xffffffffff600000L);
    }

    @Test
    void leavesOtherLinesOut() {
        assertThat(HostMapping.parseAll("\nnonsense\n1-2 rw-p\n11111111111111111-2 rw-p 0 0:0 0"))
                .isEmpty();
    }
}
