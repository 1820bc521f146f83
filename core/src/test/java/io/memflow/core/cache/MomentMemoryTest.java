package io.memflow.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.PatternMemory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MomentMemoryTest {
    private final PhysicalMemory mapped =
            PatternMemory.of(List.of(new AddressRange(0, 0x400_0000), new AddressRange(0x800_0000, 0x1234)));
    private final ScriptedMemory source = new ScriptedMemory(mapped);
    private final MomentMemory memory = new MomentMemory(source);
    private final Moments moments = memory.capability(Moments.class).orElseThrow();

    @Test
    void readsEachBlockOnceInAMoment() {
        moments.during("work", () -> memory.readLong(0x1008) + memory.readInt(0x1010) + memory.readByte(0x11FF));
        assertThat(source.takeReads()).containsExactly(List.of("1000+200"));
    }

    @Test
    void fetchesWhatTheLastMomentOfTheSameWorkReadInOneCall() {
        read("work", 0x5000, 0x1000, 0x1200, 0x9008);
        source.takeReads();
        read("work", 0x5000, 0x1000, 0x1200);
        assertThat(source.takeReads()).containsExactly(List.of("1000+400", "5000+200", "9000+200"));
        read("work", 0x1000);
        assertThat(source.takeReads()).containsExactly(List.of("1000+400", "5000+200"));
        read("other work", 0x1000);
        assertThat(source.takeReads()).containsExactly(List.of("1000+200"));
    }

    @Test
    void fetchesTheFewBlocksBetweenTwoOfOnePageWithThem() {
        read("work", 0x1000, 0x1800, 0x2000, 0x2A00, 0x3E00, 0x4000, 0x4200);
        source.takeReads();
        read("work", 0x1A00);
        List<String> runs = List.of("1000+a00", "2000+200", "2a00+200", "3e00+600");
        assertThat(source.takeReads()).containsExactly(runs, List.of("1a00+200"));
        read("work", 0x1000);
        assertThat(source.takeReads()).containsExactly(List.of("1a00+200"), List.of("1000+200"));
    }

    @Test
    void keepsNoByteFromOneMomentToAnother() {
        for (long value = 1; value < 5; value++) {
            mapped.writeLong(0x1000, value);
            assertThat(moments.during("work", () -> memory.readLong(0x1000))).isEqualTo(value);
        }
    }

    @Test
    void showsAMomentOneValueUntilItIsRenewed() {
        List<Long> values = moments.during("work", () -> {
            long before = memory.readLong(0x1000);
            mapped.writeLong(0x1000, 77);
            long same = memory.readLong(0x1000);
            long outside = moments.outside(() -> memory.readLong(0x1000));
            long inside = memory.readLong(0x1000);
            Moments.renew(memory);
            return List.of(before, same, outside, inside, memory.readLong(0x1000));
        });
        long before = values.getFirst();
        assertThat(values).containsExactly(before, before, 77L, before, 77L);
    }

    @Test
    void seesWhatItsOwnThreadWrites() {
        long value = moments.during("work", () -> {
            memory.readLong(0x1000);
            memory.writeLong(0x1000, 78);
            return memory.readLong(0x1000);
        });
        assertThat(value).isEqualTo(78);
    }

    @Test
    void leavesOtherThreadsAlone() {
        long seen = moments.during("work", () -> {
            memory.readLong(0x1000);
            mapped.writeLong(0x1000, 79);
            return CompletableFuture.supplyAsync(() -> memory.readLong(0x1000)).join();
        });
        assertThat(seen).isEqualTo(79);
    }

    @Test
    void readsLargeRequestsAsTheyAre() {
        byte[] bytes = moments.during("work", () -> memory.readBytes(0x1000, 0x2000));
        assertThat(bytes).isEqualTo(Pattern.bytes(0x1000, 0x2000));
        assertThat(source.takeReads()).containsExactly(List.of("1000+2000"));
    }

    @Test
    void readsAValueAcrossTwoBlocks() {
        byte[] bytes = moments.during("work", () -> {
            long value = memory.readLong(0x11FC);
            assertThat(value).isEqualTo(mapped.readLong(0x11FC));
            return memory.readBytes(0x11FC, 8);
        });
        assertThat(bytes).isEqualTo(Pattern.bytes(0x11FC, 8));
    }

    @Test
    void givesTheBytesBeforeTheEndOfARangeAndFaultsBehindIt() {
        moments.during("work", () -> {
            assertThat(memory.readInt(0x800_1230)).isEqualTo(mapped.readInt(0x800_1230));
            assertThatThrownBy(() -> memory.readLong(0x800_1230)).isInstanceOf(MemoryAccessException.class);
            assertThat(memory.readPartial(0x800_1230, 8).gaps()).hasSize(1);
            return true;
        });
    }

    @Test
    void readsOnWhereThereIsNoRoomForMoreBlocks() {
        moments.during("work", () -> {
            for (long address = 0; address < 0x400_0000; address += 512) {
                assertThat(memory.readLong(address)).isEqualTo(mapped.readLong(address));
            }
            return true;
        });
        long blocks = source.takeReads().stream()
                .filter(call -> call.getFirst().endsWith("+200"))
                .count();
        assertThat(blocks).isEqualTo(16 << 11);
    }

    @Test
    void isPutOnlyWhereListsOfRequestsAreBetter() {
        assertThat(MomentMemory.whereUseful(mapped)).isSameAs(mapped);
        assertThat(MomentMemory.whereUseful(source)).isSameAs(source);
        assertThat(MomentMemory.whereUseful(memory)).isSameAs(memory);
    }

    private void read(String work, long... addresses) {
        moments.during(work, () -> {
            for (long address : addresses) {
                assertThat(memory.readLong(address)).isEqualTo(mapped.readLong(address));
            }
            return addresses.length;
        });
    }
}
