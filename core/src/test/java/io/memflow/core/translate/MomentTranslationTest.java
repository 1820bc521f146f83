package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.cache.MomentMemory;
import io.memflow.core.cache.Moments;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a moment remembers of page tables: for as long as it lasts, and of each space its own. */
class MomentTranslationTest {
    private static final long VIRTUAL = 0x1234_5000L;
    private static final long NEXT = VIRTUAL + 0x1000;
    private static final long LARGE = 0x4000_0000L;
    private static final long FRAME = 0x20_0000;
    private static final long OTHER_FRAME = 0x21_0000;
    private static final long OTHER_ROOT = 0x10_0000;

    private final SyntheticTables tables = new SyntheticTables(X86Paging.LEVEL4);
    private final PhysicalMemory memory = new MomentMemory(SyntheticTables.withoutDirectAccess(tables.memory));
    private final Moments moments = memory.capability(Moments.class).orElseThrow();
    private final VirtualMemory space = space(SyntheticTables.ROOT);

    private VirtualMemory space(long root) {
        return new VirtualMemory(
                memory, new AddressSpace(new AddressSpace.Tree(X86Paging.LEVEL4, root), Optional.empty()));
    }

    @BeforeEach
    void map() {
        for (long at = FRAME; at < SyntheticTables.LENGTH; at += Long.BYTES) {
            tables.set(at, at);
        }
        tables.map(VIRTUAL, 1, FRAME | SyntheticTables.ALL_RIGHTS);
        tables.map(NEXT, 1, OTHER_FRAME | SyntheticTables.ALL_RIGHTS);
        tables.map(LARGE, 2, FRAME | SyntheticTables.ALL_RIGHTS);
    }

    @AfterEach
    void close() {
        memory.close();
        tables.close();
    }

    private List<Long> twiceIn(Runnable between) {
        return moments.during("work", () -> {
            long before = space.readLong(VIRTUAL + 8);
            between.run();
            return List.of(before, space.readLong(VIRTUAL + 8));
        });
    }

    private void move() {
        tables.set(tables.entry(VIRTUAL, 1), OTHER_FRAME | SyntheticTables.ALL_RIGHTS);
    }

    @Test
    void lastsAsLongAsTheMoment() {
        assertThat(twiceIn(this::move)).containsExactly(FRAME + 8, FRAME + 8);
        assertThat(twiceIn(() -> {})).containsExactly(OTHER_FRAME + 8, OTHER_FRAME + 8);
    }

    @Test
    void endsWithRenewal() {
        List<Long> seen = twiceIn(() -> {
            move();
            moments.renew();
        });
        assertThat(seen).containsExactly(FRAME + 8, OTHER_FRAME + 8);
    }

    @Test
    void isNotAskedOutside() {
        assertThat(moments.during("work", () -> {
                    space.readLong(VIRTUAL + 8);
                    move();
                    return moments.outside(() -> space.readLong(VIRTUAL + 8));
                }))
                .isEqualTo(OTHER_FRAME + 8);
    }

    @Test
    void isKeptForEachSpace() {
        long second = OTHER_ROOT + 0x1000;
        long third = OTHER_ROOT + 0x2000;
        tables.set(OTHER_ROOT, second | SyntheticTables.ALL_RIGHTS);
        tables.set(second, third | SyntheticTables.ALL_RIGHTS);
        tables.set(
                third + (VIRTUAL >>> 21) * Long.BYTES, FRAME | SyntheticTables.ALL_RIGHTS | SyntheticTables.PAGE_SIZE);
        VirtualMemory other = space(OTHER_ROOT);
        moments.during("work", () -> {
            for (int i = 0; i < 3; i++) {
                assertThat(space.readLong(VIRTUAL + 8)).isEqualTo(FRAME + 8);
                assertThat(other.readLong(VIRTUAL + 8)).isEqualTo(FRAME + (VIRTUAL & 0x1F_FFFF) + 8);
            }
            return true;
        });
    }

    @Test
    void holdsAcrossPagesAndInLargeOnes() {
        moments.during("work", () -> {
            for (int i = 0; i < 3; i++) {
                assertThat(space.readLong(LARGE + 0x1_0000)).isEqualTo(FRAME + 0x1_0000);
                assertThat(space.readLong(LARGE + 0xFF8)).isEqualTo(FRAME + 0xFF8);
                // The first half of a value at the end of its page, and the last half on the next.
                assertThat(space.readInt(NEXT - 4)).isEqualTo((int) ((FRAME + 0xFF8) >>> 32));
                assertThat(space.readLong(NEXT - 4) >>> 32).isEqualTo(OTHER_FRAME & 0xFFFF_FFFFL);
            }
            return true;
        });
    }
}
