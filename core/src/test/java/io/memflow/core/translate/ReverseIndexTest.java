package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReverseIndexTest {
    private static final long PAGE = 0x1000;

    private final ReverseIndex.Builder builder = new ReverseIndex.Builder(100);

    private void page(long virtual, long physical) {
        assertThat(builder.mapping(virtual, physical, PAGE, 0, PAGE)).isTrue();
    }

    private static List<String> find(ReverseIndex index, long upper, long physical) {
        List<String> found = new ArrayList<>();
        assertThat(index.find(upper, physical, (word, address) -> found.add("%x:%x".formatted(word, address))))
                .isTrue();
        found.sort(null);
        return found;
    }

    @Test
    void isEmptyWhereNothingIsMapped() {
        ReverseIndex index = builder.build(WalkEnd.COMPLETE);
        assertThat(index.runs()).isZero();
        assertThat(find(index, 0, 0)).isEmpty();
    }

    @Test
    void joinsPagesThatFollowEachOtherOnBothSides() {
        page(0x1000, 0x5000);
        page(0x2000, 0x6000);
        page(0x3000, 0x8000);
        ReverseIndex index = builder.build(WalkEnd.OUT_OF_BUDGET);

        assertThat(index.runs()).isEqualTo(2);
        assertThat(index.walkEnd()).isEqualTo(WalkEnd.OUT_OF_BUDGET);
        assertThat(find(index, 0, 0x6FFF)).containsExactly("0:2fff");
        assertThat(find(index, 0, 0x7000)).isEmpty();
        assertThat(find(index, 0, 0x4FFF)).isEmpty();
    }

    @Test
    void findsALongRunBehindShortOnesInsideIt() {
        assertThat(builder.mapping(0x100_0000, 0, 0x10_0000, 0, 0x10_0000)).isTrue();
        for (int i = 0; i < 20; i++) {
            page(0x200_0000 + 2L * i * PAGE, 2L * i * PAGE);
        }
        ReverseIndex index = builder.build(WalkEnd.COMPLETE);
        assertThat(find(index, 0, 0x4010)).containsExactly("0:1004010", "0:2004010");
        assertThat(find(index, 0, 0xF_FFFF)).containsExactly("0:10fffff");
    }

    @Test
    void tellsApartWhatOnlyTheUpperWordsTellApart() {
        page(0x1000, 0x5000);
        builder.upper(7, 9);
        page(0x2000, 0x6000);
        builder.upper(8, 9);
        page(0x3000, 0x7000);
        builder.upper(8, 10);
        page(0x4000, 0x8000);
        ReverseIndex index = builder.build(WalkEnd.COMPLETE);

        assertThat(index.runs()).isEqualTo(4);
        assertThat(find(index, 0, 0x5001)).containsExactly("0:1001");
        assertThat(find(index, 9, 0x6001)).containsExactly("7:2001");
        assertThat(find(index, 9, 0x7001)).containsExactly("8:3001");
        assertThat(find(index, 10, 0x8001)).containsExactly("8:4001");
        assertThat(find(index, 0, 0x6001)).isEmpty();
    }

    @Test
    void aRunEndsWhereTheLowWordOfPhysicalAddressesBeginsAnew() {
        builder.upper(0, 5);
        page(0x1000, -PAGE);
        page(0x2000, 0);
        ReverseIndex index = builder.build(WalkEnd.COMPLETE);

        assertThat(find(index, 5, -1)).containsExactly("0:1fff");
        assertThat(find(index, 5, 1)).containsExactly("0:2001");
        assertThat(find(index, 6, 1)).isEmpty();
    }

    @Test
    void refusesMoreRunsThanItWasAllowed() {
        for (int i = 0; i < 100; i++) {
            page(i * PAGE, 0x5000);
        }
        assertThatThrownBy(() -> builder.mapping(100 * PAGE, 0x5000, PAGE, 0, PAGE))
                .isInstanceOfSatisfying(
                        MemflowException.class, full -> assertThat(full.kind()).isEqualTo(ErrorKind.OUT_OF_BOUNDS))
                .hasMessageContaining("more than 100 separate runs");
    }
}
