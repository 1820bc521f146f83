package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewChannelTest {
    private static final long START = 0x1100;

    /** Memory, a hole from 0x2000 to 0x3000, memory. */
    private final PhysicalMemory memory =
            PatternMemory.of(List.of(new AddressRange(0x1000, 0x1000), new AddressRange(0x3000, 0x1000)));

    @AfterEach
    void close() {
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsUpToTheEndOfTheWindow(boolean direct) throws IOException {
        ViewChannel channel = new ViewChannel(memory, START, 100);
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(80) : ByteBuffer.allocate(80);
        buffer.position(10);

        assertThat(channel.read(buffer)).isEqualTo(70);
        assertThat(buffer.position()).isEqualTo(80);
        buffer.clear();
        assertThat(channel.read(buffer)).as("the rest").isEqualTo(30);
        assertThat(channel.read(buffer)).as("behind the end").isEqualTo(-1);
        assertThat(channel.position()).isEqualTo(100);
        assertThat(channel.size()).isEqualTo(100);
        byte[] read = new byte[30];
        buffer.flip().get(read);
        assertThat(read).isEqualTo(Pattern.bytes(START + 70, 30));
    }

    @Test
    void readsFromAnyPosition() throws IOException {
        ViewChannel channel = new ViewChannel(memory, START, 0x100);
        ByteBuffer buffer = ByteBuffer.allocate(4);
        assertThat(channel.position(0xFF).read(buffer)).isEqualTo(1);
        assertThat(buffer.get(0)).isEqualTo(Pattern.at(START + 0xFF));

        assertThat(channel.position(1000).position()).as("behind the end").isEqualTo(1000);
        assertThat(channel.read(buffer)).isEqualTo(-1);
        assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void servesCodeThatReadsStreams() throws IOException {
        try (ViewChannel channel = new ViewChannel(memory, START, 0x700)) {
            assertThat(Channels.newInputStream(channel).readAllBytes()).isEqualTo(Pattern.bytes(START, 0x700));
        }
    }

    @Test
    void missingMemoryThrowsWhereItStarts() throws IOException {
        ViewChannel channel = new ViewChannel(memory, 0x1FF0, 0x1020);
        ByteBuffer buffer = ByteBuffer.allocate(0x1020);

        assertThat(channel.read(buffer)).as("what is there").isEqualTo(16);
        assertThatThrownBy(() -> channel.read(buffer))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("0x2000")
                .hasMessageContaining("outside physical memory");
        assertThat(channel.position()).isEqualTo(16);
        assertThat(buffer.position()).isEqualTo(16);
        assertThat(channel.position(0x1010).read(buffer)).as("behind the hole").isEqualTo(16);
    }

    @Test
    void writesInsideTheWindowOnly() throws IOException {
        ViewChannel channel = new ViewChannel(memory, START, 8);
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});

        assertThat(channel.write(bytes)).isEqualTo(8);
        assertThat(bytes.remaining()).isEqualTo(2);
        assertThat(memory.readBytes(START, 9)).isEqualTo(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, Pattern.at(START + 8)});
        assertThatThrownBy(() -> channel.write(bytes)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new ViewChannel(memory, 0x2000, 8).write(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write memory at 0x2000");
    }

    @Test
    void readOnlyViewsAreNotWritten() throws IOException {
        MemoryView readOnly = new MemoryView() {
            @Override
            public ViewProperties properties() {
                return new ViewProperties(
                        AddressKind.VIRTUAL, ByteOrder.LITTLE_ENDIAN, 8, 64, ViewProperties.Access.READ_ONLY);
            }

            @Override
            public void read(MemoryBatch batch) {
                memory.read(batch);
            }

            @Override
            public <C> Optional<C> capability(Class<C> type) {
                return Optional.empty();
            }
        };
        ViewChannel channel = new ViewChannel(readOnly, START, 8);

        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> channel.truncate(8)).isInstanceOf(NonWritableChannelException.class);
    }

    @Test
    void truncatesNothing() throws IOException {
        ViewChannel channel = new ViewChannel(memory, START, 8);
        channel.position(20);

        assertThat(channel.truncate(10).position()).isEqualTo(10);
        assertThat(channel.size()).isEqualTo(8);
        assertThatThrownBy(() -> channel.truncate(7)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> channel.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closedChannelsRefuseEverything() {
        ViewChannel channel = new ViewChannel(memory, START, 8);
        channel.close();
        channel.close();

        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
        assertThat(memory.readByte(START)).as("the view stays open").isEqualTo(Pattern.at(START));
    }

    @Test
    void refusesWindowsThatWrap() {
        assertThatThrownBy(() -> new ViewChannel(memory, -4, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ViewChannel(memory, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
