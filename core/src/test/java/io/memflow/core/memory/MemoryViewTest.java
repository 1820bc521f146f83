package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryViewTest {
    /** Memory ends inside a page, as it does at the end of an image that was cut. */
    private static final int LENGTH = 0x10F0;

    private static final long BASE = 0x2000;
    private static final long END = BASE + LENGTH;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes = arena.allocate(LENGTH);
    private final PhysicalMemory memory = new MappedMemory(
            DirectMap.builder().add(BASE, bytes, 0, LENGTH).build(),
            arena,
            ViewProperties.Access.READ_ONLY,
            "test",
            List.of());

    @AfterEach
    void close() {
        memory.close();
    }

    private void put(long address, byte... values) {
        MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_BYTE, address - BASE, values.length);
    }

    private void put(long address, String text) {
        put(address, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsScalarsWithTheirSigns() {
        bytes.set(ScalarLayout.LONG_LITTLE, 1, 0x8000_007F_FFFF_FFFEL);

        assertThat(memory.readByte(BASE + 1)).isEqualTo((byte) -2);
        assertThat(memory.readUnsigned(BASE + 1, 1)).isEqualTo(0xFE);
        assertThat(memory.readShort(BASE + 1)).isEqualTo((short) -2);
        assertThat(memory.readInt(BASE + 1)).isEqualTo(-2);
        assertThat(memory.readUnsigned(BASE + 1, 4)).isEqualTo(0xFFFF_FFFEL);
        assertThat(memory.readLong(BASE + 1)).isEqualTo(0x8000_007F_FFFF_FFFEL);
        assertThat(memory.readPointer(BASE + 1)).isEqualTo(0x8000_007F_FFFF_FFFEL);
    }

    @Test
    void readsFloatingPoint() {
        bytes.set(ScalarLayout.INT_LITTLE, 3, Float.floatToRawIntBits(1.5f));
        bytes.set(ScalarLayout.LONG_LITTLE, 9, Double.doubleToRawLongBits(-2.25));

        assertThat(memory.readFloat(BASE + 3)).isEqualTo(1.5f);
        assertThat(memory.readDouble(BASE + 9)).isEqualTo(-2.25);
    }

    @Test
    void throwsWithTheFirstMissingAddress() {
        assertThatThrownBy(() -> memory.readBytes(END - 3, 10))
                .isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
                    assertThat(missing.address()).isEqualTo(END);
                    assertThat(missing.length()).isEqualTo(10);
                });
        assertThat(memory.tryRead(END, MemorySegment.ofArray(new byte[1]))).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
    }

    @Test
    void partialReadNamesItsGaps() {
        put(BASE, (byte) 9);
        PartialRead read = memory.readPartial(BASE - 4, LENGTH + 8);

        assertThat(read.isWhole()).isFalse();
        assertThat(read.gaps())
                .containsExactly(
                        new Gap(new AddressRange(BASE - 4, 4), Fault.OUTSIDE_PHYSICAL_MEMORY),
                        new Gap(new AddressRange(END, 4), Fault.OUTSIDE_PHYSICAL_MEMORY));
        assertThat(read.bytes().get(ValueLayout.JAVA_BYTE, 4)).isEqualTo((byte) 9);
        assertThat(memory.readPartial(BASE, LENGTH).isWhole()).isTrue();
    }

    @Test
    void readsTextUpToItsTerminator() {
        put(BASE + 7, "naïve ".repeat(90) + "end\0rest");

        assertThat(memory.readUtf8(BASE + 7, 4096)).isEqualTo("naïve ".repeat(90) + "end");
        assertThatThrownBy(() -> memory.readUtf8(BASE + 7, 20))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        unterminated -> assertThat(unterminated.kind()).isEqualTo(ErrorKind.ENCODING));
    }

    @Test
    void readsTextThatEndsJustBeforeMemoryDoes() {
        put(END - 4, "end\0");

        assertThat(memory.readUtf8(END - 4, 256)).isEqualTo("end");
    }

    @Test
    void textThatRunsIntoMissingMemoryIsNotReturned() {
        put(END - 3, "end");

        assertThatThrownBy(() -> memory.readUtf8(END - 3, 256))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        missing -> assertThat(missing.address()).isEqualTo(END));
    }

    @Test
    void refusesBytesThatAreNoText() {
        put(BASE, (byte) 'a', (byte) 0xFF, (byte) 0);

        assertThatThrownBy(() -> memory.readUtf8(BASE, 16))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        malformed -> assertThat(malformed.kind()).isEqualTo(ErrorKind.ENCODING));
        assertThat(memory.readUtf8Lossy(BASE, 16)).isEqualTo("a\uFFFD");
    }

    @Test
    void readsUtf16AtOddAddresses() {
        String text = "\u4E00\u0100Ā€".repeat(100);
        put(BASE + 1, (text + "\0x").getBytes(StandardCharsets.UTF_16LE));

        assertThat(memory.readUtf16(BASE + 1, 4096)).isEqualTo(text);
    }

    @Test
    void followsPointerChains() {
        bytes.set(ScalarLayout.LONG_LITTLE, 0x10, BASE + 0x100);
        bytes.set(ScalarLayout.LONG_LITTLE, 0x108, BASE + 0x200);

        assertThat(memory.resolveChain(BASE, 0x10, 8, 4)).isEqualTo(BASE + 0x204);
        assertThat(memory.resolveChain(BASE, 0x10)).isEqualTo(BASE + 0x10);
        assertThat(memory.resolveChain(BASE)).isEqualTo(BASE);
        assertThatThrownBy(() -> memory.resolveChain(0, 0x10, 8)).isInstanceOf(MemoryAccessException.class);
    }
}
