package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirectMapTest {
    private final MemorySegment segment = MemorySegment.ofArray(new byte[0x10000]);

    @Test
    void findsTheRangeOfAnAddress() {
        DirectMap map = DirectMap.builder()
                .add(0x8000, segment, 0x100, 0x1000)
                .add(0x1000, segment, 0x2000, 0x1000)
                .build();

        assertThat(map.find(0xFFF)).isEqualTo(-1);
        assertThat(map.find(0x1000)).isZero();
        assertThat(map.find(0x1FFF)).isZero();
        assertThat(map.find(0x2000)).isEqualTo(-1);
        assertThat(map.offset(map.find(0x8010), 0x8010)).isEqualTo(0x110);
        assertThat(map.find(-1)).isEqualTo(-1);
    }

    @Test
    void firstEndingAboveAgreesWithALinearSearch() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        DirectMap.Builder builder = DirectMap.builder();
        for (int i = 0; i < 200; i++) {
            builder.add(random.nextLong(1 << 20) << 8, segment, 0, 1 + random.nextInt(2000));
        }
        DirectMap map = builder.build();
        for (int i = 0; i < 2000; i++) {
            long address = random.nextLong(1 << 29);
            int linear = 0;
            while (linear < map.rangeCount() && Long.compareUnsigned(map.end(linear), address) <= 0) {
                linear++;
            }
            assertThat(map.ranges().firstEndingAbove(address))
                    .as("seed %d", seed)
                    .isEqualTo(linear);
        }
    }

    @Test
    void joinsPiecesThatContinueEachOther() {
        DirectMap map = DirectMap.builder()
                .add(0x1000, segment, 0x1000, 0x1000)
                .add(0x2000, segment, 0x2000, 0x1000)
                .add(0x3000, segment, 0x5000, 0x1000)
                .build();

        assertThat(map.rangeCount()).isEqualTo(2);
        assertThat(map.end(0)).isEqualTo(0x3000);
        assertThat(map.memoryMap().ranges()).containsExactly(new AddressRange(0x1000, 0x3000));
    }

    @Test
    void lowerStartWinsWherePiecesOverlap() {
        DirectMap map = DirectMap.builder()
                .add(0x1000, segment, 0, 0x3000)
                .add(0x2000, segment, 0x8000, 0x3000)
                .add(0x2800, segment, 0xC000, 0x100)
                .build();

        assertThat(map.offset(map.find(0x2000), 0x2000)).isEqualTo(0x1000);
        assertThat(map.offset(map.find(0x4000), 0x4000)).isEqualTo(0xA000);
        assertThat(map.memoryMap().ranges()).containsExactly(new AddressRange(0x1000, 0x4000));
    }

    @Test
    void keepsAddressesAboveTheSignedHalf() {
        DirectMap map = DirectMap.builder()
                .add(0xFFFF_FFFF_0000_0000L, segment, 0, 0x1000)
                .add(0x1000, segment, 0, 0x1000)
                .build();

        assertThat(map.start(1)).isEqualTo(0xFFFF_FFFF_0000_0000L);
        assertThat(map.find(0xFFFF_FFFF_0000_0FFFL)).isEqualTo(1);
    }

    @Test
    void refusesPiecesThatDoNotFit() {
        DirectMap.Builder builder = DirectMap.builder();
        assertThatThrownBy(() -> builder.add(0, segment, 0xF000, 0x1001)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> builder.add(-0x1000, segment, 0, 0x1000)).isInstanceOf(IllegalArgumentException.class);
        assertThat(builder.add(5, segment, 0, 0).build().rangeCount()).isZero();
    }
}
