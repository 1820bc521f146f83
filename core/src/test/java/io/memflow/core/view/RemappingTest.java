package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemappingTest {
    private static void refused(ErrorKind kind, String words, RemappedRange... ranges) {
        assertThatThrownBy(() -> Remapping.of(List.of(ranges)))
                .isInstanceOfSatisfying(MemflowException.class, refused -> {
                    assertThat(refused.origin()).isEqualTo(ErrorOrigin.MEMORY_MAP);
                    assertThat(refused.kind()).isEqualTo(kind);
                    assertThat(refused).hasMessageContaining(words);
                });
    }

    @Test
    void refusesOverlapEmptinessAndWrapping() {
        refused(
                ErrorKind.ALREADY_EXISTS,
                "0x1000-0x3000 at 0x0 and 0x2fff-0x4fff at 0x9000",
                new RemappedRange(0x2FFF, 0x2000, 0x9000),
                new RemappedRange(0x1000, 0x2000, 0));
        refused(ErrorKind.MEMORY_MAP_OUT_OF_RANGE, "no bytes", new RemappedRange(0x1000, 0, 0));
        refused(ErrorKind.MEMORY_MAP_OUT_OF_RANGE, "its base 0xfff", new RemappedRange(-0x1000, 0x1000, 0));
        refused(ErrorKind.MEMORY_MAP_OUT_OF_RANGE, "its real_base 0xf", new RemappedRange(0, 0x1001, -0x1000));
        refused(ErrorKind.MEMORY_MAP_OUT_OF_RANGE, "0xffffffffffffffff", new RemappedRange(1, -1, 0));
    }

    @Test
    void takesRangesThatTouchOrShowTheSameBytes() {
        Remapping remapping = Remapping.of(List.of(
                new RemappedRange(0x2000, 0x1000, 0),
                new RemappedRange(0x1000, 0x1000, 0),
                new RemappedRange(0, 1, 0)));

        assertThat(remapping.ranges()).extracting(RemappedRange::base).containsExactly(0L, 0x1000L, 0x2000L);
    }

    @Test
    void whatTheSourceLacksIsADefectAndNotHeld() {
        Remapping remapping = Remapping.of(
                List.of(new RemappedRange(0, 0x1000, 0x8000), new RemappedRange(0x10_0000, 0x3000, 0x8800)));
        try (PhysicalMemory memory =
                new RemappedMemory(PatternMemory.of(List.of(new AddressRange(0x8000, 0x1000))), remapping)) {
            assertThat(memory.map().ranges())
                    .containsExactly(new AddressRange(0, 0x1000), new AddressRange(0x10_0000, 0x800));
            assertThat(memory.defects())
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("0x3000 bytes from 0x100000", "0x800 of");
            assertThat(memory.readBytes(0x10_0000, 16)).isEqualTo(Pattern.bytes(0x8800, 16));
            assertThat(memory.direct(0x10_07F0, 16)).isPresent();
            assertThat(memory.direct(0x10_07F0, 17)).isEmpty();
            assertThatThrownBy(() -> memory.readInt(0x10_07FE))
                    .isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
                        assertThat(missing.address())
                                .as("in the terms of the caller")
                                .isEqualTo(0x10_0800);
                        assertThat(missing.fault()).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
                    });
        }
    }

    @Test
    void writesReachTheRealPlace() {
        PhysicalMemory source = PatternMemory.of(List.of(new AddressRange(0, 0x2000)));
        Remapping swapped =
                Remapping.of(List.of(new RemappedRange(0, 0x1000, 0x1000), new RemappedRange(0x1000, 0x1000, 0)));
        try (PhysicalMemory memory = new RemappedMemory(source, swapped)) {
            memory.writeLong(0xFFC, 0x1111_1111_2222_2222L);

            assertThat(source.readInt(0x1FFC)).isEqualTo(0x2222_2222);
            assertThat(source.readInt(0)).isEqualTo(0x1111_1111);
            assertThat(memory.readLong(0xFFC)).isEqualTo(0x1111_1111_2222_2222L);
        }
    }
}
