package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.contract.Pattern;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class MappedMemoryTest {
    @Test
    void writesWhereAllowed() {
        Arena arena = Arena.ofShared();
        MemorySegment segment = arena.allocate(0x2000);
        DirectMap map = DirectMap.builder().add(0x4000, segment, 0x1000, 0x1000).build();
        try (MappedMemory memory =
                new MappedMemory(map, arena, ViewProperties.Access.READ_WRITE, "writable", List.of())) {
            memory.write(0x4010, MemorySegment.ofArray(new byte[] {1, 2, 3}));
            MemoryBatch edge = new MemoryBatch();
            edge.add(0x4FFE, MemorySegment.ofArray(new byte[] {7, 8, 9}));
            memory.write(edge);

            assertThat(memory.readInt(0x4010)).isEqualTo(0x030201);
            assertThat(edge.status(0)).isEqualTo(RequestStatus.PARTIAL);
            assertThat(memory.readShort(0x4FFE)).isEqualTo((short) 0x0807);
        }
    }

    /** Windows does not let a mapped file shrink. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void reportsBytesOfAFileThatShrankUnderIt(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("image"), Pattern.bytes(0, 0x4000));
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, 0x4000, arena);
            DirectMap map = DirectMap.builder().add(0, segment, 0, 0x4000).build();
            try (MappedMemory memory =
                    new MappedMemory(map, arena, ViewProperties.Access.READ_ONLY, "shrinking", List.of())) {
                channel.truncate(0x1000);
                MemoryBatch batch = new MemoryBatch();
                batch.add(0x10, MemorySegment.ofArray(new byte[16]));
                batch.add(0x2000, MemorySegment.ofArray(new byte[16]));
                memory.read(batch);

                assertThat(batch.status(0)).isEqualTo(RequestStatus.WHOLE);
                assertThat(batch.status(1)).isEqualTo(RequestStatus.FAILED);
                assertThat(batch.faultCause(0)).isEqualTo(Fault.INPUT_OUTPUT);
            }
        }
    }
}
