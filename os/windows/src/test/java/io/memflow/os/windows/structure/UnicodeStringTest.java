package io.memflow.os.windows.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnicodeStringTest {
    private static final int PLACE = 0x100;
    private static final int TEXT = 0x200;
    private static final int SIZE = 0x1000;

    private final MemoryView memory = new MappedMemory(
            DirectMap.builder()
                    .add(0, MemorySegment.ofArray(new byte[SIZE]), 0, SIZE)
                    .build(),
            Arena.ofAuto(),
            ViewProperties.Access.READ_WRITE,
            "text",
            List.of());

    private void put(int length, int capacity, long text, PointerWidth width) {
        memory.writeUnsigned(PLACE, Short.BYTES, length);
        memory.writeUnsigned(PLACE + 2, Short.BYTES, capacity);
        memory.writePointer(PLACE + width.bytes(), text, width);
    }

    @ParameterizedTest
    @EnumSource
    void textOfBothWidthsIsRead(PointerWidth width) {
        memory.writeBytes(TEXT, "\\Device\\Ünï".getBytes(StandardCharsets.UTF_16LE));
        put(22, 24, TEXT, width);
        assertThat(UnicodeString.read(memory, PLACE, width)).isEqualTo("\\Device\\Ünï");
    }

    @Test
    void noTextNeedsNoPointer() {
        put(0, 0, 0, PointerWidth.BITS_64);
        assertThat(UnicodeString.read(memory, PLACE, PointerWidth.BITS_64)).isEmpty();
    }

    @Test
    void halfACharacterIsRefused() {
        put(7, 8, TEXT, PointerWidth.BITS_64);
        assertThatThrownBy(() -> UnicodeString.read(memory, PLACE, PointerWidth.BITS_64))
                .isInstanceOf(MalformedDataException.class);
    }

    @Test
    void moreTextThanThereIsRoomForIsRefused() {
        put(10, 8, TEXT, PointerWidth.BITS_32);
        assertThatThrownBy(() -> UnicodeString.read(memory, PLACE, PointerWidth.BITS_32))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("10 bytes of text in 8");
    }

    @Test
    void textThatLeadsNowhereIsNoText() {
        put(8, 8, 0, PointerWidth.BITS_64);
        assertThatThrownBy(() -> UnicodeString.read(memory, PLACE, PointerWidth.BITS_64))
                .isInstanceOf(MemflowException.class);
        put(8, 8, SIZE - 2, PointerWidth.BITS_64);
        assertThatThrownBy(() -> UnicodeString.read(memory, PLACE, PointerWidth.BITS_64))
                .isInstanceOf(MemoryAccessException.class);
    }

    @Test
    void aSurrogateThatStandsAloneIsReplaced() {
        memory.writeUnsigned(TEXT, Short.BYTES, 'x');
        memory.writeUnsigned(TEXT + 2, Short.BYTES, 0xD800);
        put(4, 4, TEXT, PointerWidth.BITS_64);
        assertThat(UnicodeString.read(memory, PLACE, PointerWidth.BITS_64)).isEqualTo("x\uFFFD");
    }
}
