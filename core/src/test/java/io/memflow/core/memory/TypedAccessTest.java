package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedAccessTest {
    private static final long BASE = 0x2000;
    private static final int LENGTH = 0x1000;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes = arena.allocate(LENGTH);
    private final PhysicalMemory memory = new MappedMemory(
            DirectMap.builder().add(BASE, bytes, 0, LENGTH).build(),
            arena,
            ViewProperties.Access.READ_WRITE,
            "test",
            List.of());

    @AfterEach
    void close() {
        memory.close();
    }

    /** The same memory, as a processor of the other byte order and 32-bit pointers sees it. */
    private MemoryView narrow(ByteOrder order) {
        ViewProperties properties = new ViewProperties(
                AddressKind.PHYSICAL, order, Integer.BYTES, Long.SIZE, ViewProperties.Access.READ_WRITE);
        return new MemoryView() {
            @Override
            public ViewProperties properties() {
                return properties;
            }

            @Override
            public void read(MemoryBatch batch) {
                memory.read(batch);
            }

            @Override
            public void write(MemoryBatch batch) {
                memory.write(batch);
            }

            @Override
            public <C> Optional<C> capability(Class<C> type) {
                return memory.capability(type);
            }
        };
    }

    private byte[] raw(long address, int length) {
        return bytes.asSlice(address - BASE, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsBackEveryScalarItWrites(boolean little) {
        MemoryView view = narrow(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        view.writeByte(BASE + 1, (byte) -3);
        view.writeShort(BASE + 3, (short) 0x8123);
        view.writeInt(BASE + 5, 0x8123_4567);
        view.writeLong(BASE + 9, 0x8123_4567_89AB_CDEFL);
        view.writeFloat(BASE + 17, -1.25f);
        view.writeDouble(BASE + 21, Math.PI);
        view.writePointer(BASE + 29, 0xF000_0001L);

        assertThat(view.readByte(BASE + 1)).isEqualTo((byte) -3);
        assertThat(view.readShort(BASE + 3)).isEqualTo((short) 0x8123);
        assertThat(view.readInt(BASE + 5)).isEqualTo(0x8123_4567);
        assertThat(view.readLong(BASE + 9)).isEqualTo(0x8123_4567_89AB_CDEFL);
        assertThat(view.readFloat(BASE + 17)).isEqualTo(-1.25f);
        assertThat(view.readDouble(BASE + 21)).isEqualTo(Math.PI);
        assertThat(view.readPointer(BASE + 29)).isEqualTo(0xF000_0001L);
        assertThat(raw(BASE + 3, 2))
                .isEqualTo(little ? new byte[] {0x23, (byte) 0x81} : new byte[] {(byte) 0x81, 0x23});
        assertThat(raw(BASE + 33, 4)).as("bytes behind the pointer").containsOnly(0);
    }

    @Test
    void refusesAPointerThatIsTooWide() {
        MemoryView view = narrow(ByteOrder.LITTLE_ENDIAN);

        assertThatThrownBy(() -> view.writePointer(BASE, 0x1_0000_0000L))
                .isInstanceOfSatisfying(MemflowException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(ErrorKind.OUT_OF_BOUNDS);
                    assertThat(refused).hasMessageContaining("0x100000000").hasMessageContaining("0x2000");
                });
        assertThat(raw(BASE, 4)).containsOnly(0);
    }

    @Test
    void readsPointersOfAStatedWidth() {
        memory.writeLong(BASE, 0x1122_3344_5566_7788L);

        assertThat(memory.readPointer(BASE, PointerWidth.BITS_32)).isEqualTo(0x5566_7788L);
        assertThat(memory.readPointer(BASE, PointerWidth.BITS_64)).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(memory.followPointer(BASE)).isEqualTo(0x1122_3344_5566_7788L);
        assertThatThrownBy(() -> memory.followPointer(BASE + 8, PointerWidth.BITS_32))
                .isInstanceOfSatisfying(MemflowException.class, missing -> {
                    assertThat(missing.origin()).isEqualTo(ErrorOrigin.POINTER);
                    assertThat(missing).hasMessageContaining("0x2008").hasMessageContaining("null");
                });
    }

    @Test
    void chainStopsAtANullPointerAndNamesTheStep() {
        memory.writePointer(BASE + 0x10, BASE + 0x100);

        assertThatThrownBy(() -> memory.resolveChain(BASE, 0x10, 8, 4))
                .isInstanceOfSatisfying(MemflowException.class, missing -> {
                    assertThat(missing.kind()).isEqualTo(ErrorKind.NOT_FOUND);
                    assertThat(missing).hasMessageContaining("step 2 of 2").hasMessageContaining("0x2108");
                });
    }

    @Test
    void chainOfNarrowPointersIgnoresTheUpperHalf() {
        memory.writeLong(BASE, 0xFFFF_FFFF_0000_2100L);

        assertThat(memory.resolveChain(PointerWidth.BITS_32, BASE, 0, 4)).isEqualTo(0x2104);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsBackEveryArrayItWrites(boolean little) {
        MemoryView view = narrow(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        short[] shorts = {1, -2, 0x1234};
        int[] ints = {1, -2, 0x1234_5678};
        long[] longs = {1, -2, 0x1234_5678_9ABC_DEF0L};
        float[] floats = {1.5f, -2.25f};
        double[] doubles = {1.5, -2.25};
        view.writeShorts(BASE + 1, shorts);
        view.writeInts(BASE + 0x11, ints);
        view.writeLongs(BASE + 0x21, longs);
        view.writeFloats(BASE + 0x41, floats);
        view.writeDouble(BASE + 0x51, 7);
        view.writeDoubles(BASE + 0x51, doubles);

        short[] shortsRead = new short[3];
        int[] intsRead = new int[3];
        long[] longsRead = new long[3];
        float[] floatsRead = new float[2];
        double[] doublesRead = new double[2];
        view.readShorts(BASE + 1, shortsRead);
        view.readInts(BASE + 0x11, intsRead);
        view.readLongs(BASE + 0x21, longsRead);
        view.readFloats(BASE + 0x41, floatsRead);
        view.readDoubles(BASE + 0x51, doublesRead);

        assertThat(shortsRead).isEqualTo(new short[] {1, -2, 0x1234});
        assertThat(shorts).as("what was written keeps its contents").isEqualTo(shortsRead);
        assertThat(intsRead).isEqualTo(ints);
        assertThat(longsRead).isEqualTo(longs);
        assertThat(floatsRead).isEqualTo(floats);
        assertThat(doublesRead).isEqualTo(doubles);
        assertThat(view.readInt(BASE + 0x19))
                .as("elements lie in the view's order")
                .isEqualTo(0x1234_5678);
    }

    @Test
    void readsArraysOfPointers() {
        memory.writeInts(BASE, new int[] {-1, 0, 0x100});
        long[] pointers = new long[3];
        memory.readPointers(BASE, pointers, PointerWidth.BITS_32);
        assertThat(pointers).containsExactly(0xFFFF_FFFFL, 0, 0x100);

        narrow(ByteOrder.BIG_ENDIAN).readPointers(BASE, pointers);
        assertThat(pointers).containsExactly(0xFFFF_FFFFL, 0, 0x0001_0000);

        long[] wide = new long[1];
        memory.readPointers(BASE, wide);
        assertThat(wide).containsExactly(0xFFFF_FFFFL);
    }

    @Test
    void arrayThatRunsOutOfMemoryThrows() {
        assertThatThrownBy(() -> memory.readInts(BASE + LENGTH - 6, new int[2]))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        missing -> assertThat(missing.address()).isEqualTo(BASE + LENGTH));
        assertThatThrownBy(() -> memory.writeLongs(BASE + LENGTH - 6, new long[1]))
                .isInstanceOf(MemoryAccessException.class);
    }

    @Test
    void writesTextWithItsTerminator() {
        bytes.fill((byte) -1);
        memory.writeUtf8(BASE, "naïve");
        memory.writeUtf16(BASE + 0x41, "€uro");
        narrow(ByteOrder.BIG_ENDIAN).writeUtf16(BASE + 0x81, "€");

        assertThat(memory.readUtf8(BASE, 64)).isEqualTo("naïve");
        assertThat(memory.readUtf16(BASE + 0x41, 64)).isEqualTo("€uro");
        assertThat(raw(BASE + 0x81, 5)).isEqualTo(new byte[] {0x20, (byte) 0xAC, 0, 0, -1});
    }

    @Test
    void refusesTextThatWouldNotReadBack() {
        assertThatThrownBy(() -> memory.writeUtf8(BASE, "a\0b")).hasMessageContaining("index 1");
        assertThatThrownBy(() -> memory.writeUtf16(BASE, "\uD800"))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.ENCODING));
        assertThat(raw(BASE, 4)).containsOnly(0);
    }

    @Test
    void readsAndWritesTextOfFixedLength() {
        bytes.fill((byte) -1);
        memory.writeFixedUtf8(BASE, "init", 8);
        memory.writeFixedUtf8(BASE + 8, "kthreadd", 8);
        memory.writeFixedUtf16(BASE + 16, "ab", 8);

        assertThat(memory.readFixedUtf8(BASE, 8)).isEqualTo("init");
        assertThat(raw(BASE + 4, 4)).containsOnly(0);
        assertThat(memory.readFixedUtf8(BASE + 8, 8))
                .as("full, so unterminated")
                .isEqualTo("kthreadd");
        assertThat(memory.readFixedUtf16(BASE + 16, 8)).isEqualTo("ab");
        assertThat(memory.readFixedUtf16(BASE + 16, 4)).isEqualTo("ab");
        assertThatThrownBy(() -> memory.writeFixedUtf8(BASE, "too long", 7))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.OUT_OF_BOUNDS));
    }

    @Test
    void textCutInsideACharacterIsOnlyReadLossily() {
        byte[] name = "aé".getBytes(StandardCharsets.UTF_8);
        memory.writeBytes(BASE, name);
        byte[] back = new byte[name.length];
        memory.readBytes(BASE, back);
        assertThat(back).isEqualTo(name);

        assertThatThrownBy(() -> memory.readFixedUtf8(BASE, 2)).isInstanceOf(MemflowException.class);
        assertThat(memory.readFixedUtf8Lossy(BASE, 2)).isEqualTo("a\uFFFD");
    }
}
