package io.memflow.os.linux.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.PageSource;
import io.memflow.os.linux.structure.TestMachine;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SwapExtentsTest {
    private static final long INFO = TestMachine.BASE + 0x10_0000;
    private static final long TOP = INFO + 0x100;
    private static final long LOW = INFO + 0x200;
    private static final long BITS = INFO + 0x300;

    private final TestMachine machine = new TestMachine()
            .member("swap_info_struct.bdev", 0, 8)
            .member("swap_info_struct.swap_extent_root.rb_node", 8, 8)
            .member("swap_info_struct.zeromap", 16, 8)
            .member("swap_extent.rb_node", 0, 24)
            .member("rb_node.rb_right", 8, 8)
            .member("rb_node.rb_left", 16, 8)
            .member("swap_extent.start_page", 24, 8)
            .member("swap_extent.nr_pages", 32, 8)
            .member("swap_extent.start_block", 40, 8);

    private OptionalLong block(long offset) {
        return new SwapExtents(machine.kernel(6, 12)).block(INFO, offset);
    }

    private void extent(long address, long first, long pages, long block) {
        machine.word(address + 24, first).word(address + 32, pages).word(address + 40, block);
    }

    @Test
    void aPageIsInTheExtentThatHoldsIt() {
        machine.word(INFO + 8, TOP).word(TOP + 16, LOW);
        extent(TOP, 100, 50, 1000);
        extent(LOW, 0, 100, 7);

        assertThat(block(0)).hasValue(7);
        assertThat(block(99)).hasValue(106);
        assertThat(block(100)).hasValue(1000);
        assertThat(block(149)).hasValue(1049);
        assertThat(block(150)).isEmpty();
    }

    @Test
    void aTreeThatLeadsBackEnds() {
        machine.word(INFO + 8, TOP).word(TOP + 8, LOW).word(LOW + 8, TOP);
        extent(TOP, 0, 1, 0);
        extent(LOW, 0, 1, 0);

        assertThat(block(5)).isEmpty();
    }

    @Test
    void aPageThatIsNotedAsZerosIsKept() {
        machine.word(INFO + 16, BITS).word(BITS, 1L << 13);
        KeptPages pages = new KeptPages(machine.kernel(6, 12), spaces());

        KeptPages.Kept kept = pages.find(INFO, 13, Optional.empty());

        assertThat(kept).isInstanceOfSatisfying(KeptPages.Kept.Page.class, page -> {
            assertThat(page.source()).isEqualTo(PageSource.SWAPPED_ZEROES);
            assertThat(page.bytes()).containsOnly(0).hasSize(4096);
        });
        assertThat(pages.find(INFO, 12, Optional.empty())).isEqualTo(new KeptPages.Kept.Nowhere());
    }

    /** The cache of kernels before 6.18, which knows of no zeros. */
    private SwapSpaces spaces() {
        machine.symbol("swapper_spaces", INFO)
                .symbol("nr_swapper_spaces", INFO)
                .size("address_space", 8)
                .size("page", 64)
                .member("address_space.i_pages", 0, 8)
                .member("xarray.xa_head", 8, 8)
                .member("xa_node.shift", 0, 1)
                .member("xa_node.slots", 8, 512)
                .member("page.flags", 0, 8)
                .member("page.index", 8, 8)
                .member("page.private", 16, 8)
                .member("page.compound_head", 24, 8);
        return new SwapSpaces(machine.kernel(6, 12), new Folios(machine.kernel(6, 12)));
    }
}
