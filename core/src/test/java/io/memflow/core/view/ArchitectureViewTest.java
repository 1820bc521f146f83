package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PointerWidth;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArchitectureViewTest {
    private final PhysicalMemory source = PatternMemory.of(List.of(new AddressRange(0, 0x1000)));
    private final MemoryView big = new ArchitectureView(source, ByteOrder.BIG_ENDIAN, PointerWidth.BITS_32);

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void readsInItsOwnByteOrder() {
        source.writeLong(0x101, 0x1122_3344_5566_7788L);

        assertThat(big.readLong(0x101)).isEqualTo(0x8877_6655_4433_2211L);
        assertThat(big.readInt(0x101)).isEqualTo(0x8877_6655);
        assertThat(big.readUnsigned(0x101, 2)).isEqualTo(0x8877);
        assertThat(big.readUnsigned(0x101, 1)).isEqualTo(0x88);
        assertThat(big.readPointer(0x101)).isEqualTo(0x8877_6655L);
    }

    @Test
    void writesInItsOwnByteOrder() {
        big.writePointer(0x100, 0x1234);
        big.writeUtf16(0x110, "ab");

        assertThat(source.readUnsigned(0x100, 4)).isEqualTo(0x3412_0000L);
        assertThat(source.readUnsigned(0x110, 2)).isEqualTo(0x6100);
        assertThat(big.readUtf16(0x110, 16)).isEqualTo("ab");
    }

    @Test
    void bytesStayTheSame() {
        assertThat(big.readBytes(0x20, 64)).isEqualTo(source.readBytes(0x20, 64));
    }
}
