package io.memflow.fuzz.seed;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.recording.RecordingMemory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recordings of the questions that the target asks. Stateless. */
final class RecordingSeeds {
    private static final int START = 0x1000;
    private static final int BYTES = 0x100;

    private RecordingSeeds() {}

    static Map<String, byte[]> all() {
        byte[] writable = recorded(ViewProperties.Access.READ_WRITE);
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("writable", writable);
        seeds.put("read-only", recorded(ViewProperties.Access.READ_ONLY));
        seeds.put("cut", Arrays.copyOf(writable, writable.length - BYTES));
        return seeds;
    }

    private static byte[] recorded(ViewProperties.Access access) {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        DirectMap map = DirectMap.builder()
                .add(START, MemorySegment.ofArray(new byte[BYTES]), 0, BYTES)
                .build();
        PhysicalMemory source = new MappedMemory(map, Arena.global(), access, "made", List.of("a defect"));
        RecordingMemory memory = new RecordingMemory(source, target);
        for (int round = 0; round < 2; round++) {
            MemoryBatch batch = new MemoryBatch();
            batch.add(0xFF0, MemorySegment.ofArray(new byte[0x20]));
            batch.add(0x1010, MemorySegment.ofArray(new byte[0x20]));
            batch.add(0x10F0, MemorySegment.ofArray(new byte[0x20]));
            memory.read(batch);
        }
        if (access == ViewProperties.Access.READ_WRITE) {
            memory.writeLong(START, 0);
        }
        memory.finish();
        return target.toByteArray();
    }
}
