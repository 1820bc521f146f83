package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
    @Test
    void mergesWhatTouchesOrOverlaps() {
        MemoryMap map = MemoryMap.of(List.of(
                new AddressRange(0x3000, 0x1000),
                new AddressRange(0x1000, 0x1000),
                new AddressRange(0x2000, 0x800),
                new AddressRange(0x9000, 0),
                new AddressRange(0x3100, 0x100)));

        assertThat(map.ranges()).containsExactly(new AddressRange(0x1000, 0x1800), new AddressRange(0x3000, 0x1000));
        assertThat(map.totalBytes()).isEqualTo(0x2800);
        assertThat(map.end()).isEqualTo(0x4000);
        assertThat(map.contains(0x27FF)).isTrue();
        assertThat(map.contains(0x2800)).isFalse();
    }

    @Test
    void reachesTheEndOfTheAddressSpace() {
        MemoryMap map = MemoryMap.of(List.of(new AddressRange(-0x1000, 0x1000), new AddressRange(-0x800, 0x800)));

        assertThat(map.ranges()).containsExactly(new AddressRange(-0x1000, 0x1000));
        assertThat(map.contains(-1)).isTrue();
        assertThat(map.contains(0)).isFalse();
    }

    @Test
    void emptyMapHoldsNothing() {
        MemoryMap map = MemoryMap.of(List.of());

        assertThat(map.end()).isZero();
        assertThat(map.contains(0)).isFalse();
    }
}
