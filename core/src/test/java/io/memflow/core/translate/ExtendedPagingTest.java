package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.PageType;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.ExtendedPaging;
import io.memflow.core.paging.ExtendedPaging.AccessedDirty;
import io.memflow.core.paging.ExtendedPaging.ExecuteControl;
import io.memflow.core.paging.PagingFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks over entries written out by hand from Intel SDM volume 3C, the EPT mechanism's tables of entry formats. */
class ExtendedPagingTest {
    static Stream<KnownAnswer> answers() {
        return Stream.of(pages(), misconfigurations()).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void agreesWithTheManual(KnownAnswer answer) {
        answer.check();
    }

    private static List<KnownAnswer> pages() {
        return List.of(
                KnownAnswer.of("page of 4 KiB, written back, accessed and dirty", ExtendedPaging.LEVEL4)
                        // The root of an EPT pointer: memory type, depth and bit 6 do not count.
                        .root(0x0000_0001_0000_105EL)
                        .entry(0x1_0000_1FF8L, 0x2107)
                        .entry(0x2FF8L, 0x3107)
                        .entry(0x3FF8L, 0x4107)
                        .entry(0x4FF8L, 0x000F_EDCB_A987_6337L)
                        .at(0x0000_FFFF_FFFF_FABCL)
                        .maps(
                                0x000F_EDCB_A987_6ABCL,
                                0x1000,
                                1,
                                PageType.WRITABLE | PageType.ACCESSED | PageType.DIRTY),
                KnownAnswer.of("page of 2 MiB, read only, uncached", ExtendedPaging.LEVEL4)
                        .root(0x1000)
                        .entry(0x1000, 0x2007)
                        .entry(0x2000, 0x3007)
                        .entry(0x3008, 0x0060_0081L)
                        .at(0x0021_2345L)
                        .maps(0x0061_2345L, 0x20_0000, 2, PageType.READ_ONLY | PageType.NO_EXECUTE_AT_ALL),
                KnownAnswer.of("page of 1 GiB that may only be executed", ExtendedPaging.LEVEL4)
                        .root(0x1000)
                        .entry(0x1000, 0x2007)
                        .entry(0x2008, 0x8000_00B4L)
                        .at(0x4123_4567L)
                        .maps(0x8123_4567L, 0x4000_0000, 3, PageType.READ_ONLY | PageType.NO_READ),
                KnownAnswer.of("bit 7 of a last-level entry and bits 63 to 52 are ignored", ExtendedPaging.LEVEL4)
                        .root(0x1000)
                        .entry(0x1000, 0xFFF0_0000_0000_2007L)
                        .entry(0x2000, 0x3007)
                        .entry(0x3000, 0x4007)
                        .entry(0x4000, 0xFFF0_0000_0000_9CF7L)
                        .at(0x12)
                        .maps(0x9012L, 0x1000, 1, PageType.WRITABLE),
                KnownAnswer.of("5 levels", ExtendedPaging.LEVEL5)
                        .root(0x1000)
                        .entry(0x1FF8, 0x2007)
                        .entry(0x2008, 0x3007)
                        .entry(0x3010, 0x4007)
                        .entry(0x4018, 0x5007)
                        .entry(0x5020, 0x9035)
                        .at(511L << 48 | 1L << 39 | 2L << 30 | 3L << 21 | 4L << 12 | 5)
                        .maps(0x9005, 0x1000, 1, PageType.READ_ONLY),
                KnownAnswer.of("no address of 49 bits", ExtendedPaging.LEVEL4)
                        .at(1L << 48)
                        .notCanonical(),
                KnownAnswer.of("not present: nothing allowed", ExtendedPaging.LEVEL4)
                        .root(0x1000)
                        .entry(0x1000, 0x2FF8)
                        .at(0)
                        .faults(Fault.NOT_PRESENT, 4, 1L << 39),
                KnownAnswer.of("table outside memory", ExtendedPaging.LEVEL4)
                        .root(0x1000)
                        .entry(0x1000, 0x10_0000_0007L)
                        .at(0)
                        .faults(Fault.TABLE_UNREADABLE, 3, 1L << 30));
    }

    private static KnownAnswer atRoot(String name, long entry) {
        return KnownAnswer.of(name, ExtendedPaging.LEVEL4)
                .root(0x1000)
                .entry(0x1000, entry)
                .at(0)
                .faults(Fault.RESERVED_BITS, 4, 1L << 39);
    }

    private static KnownAnswer atLevel2(String name, long entry) {
        return KnownAnswer.of(name, ExtendedPaging.LEVEL4)
                .root(0x1000)
                .entry(0x1000, 0x2007)
                .entry(0x2000, 0x3007)
                .entry(0x3000, entry)
                .at(0)
                .faults(Fault.RESERVED_BITS, 2, 1L << 21);
    }

    private static KnownAnswer atLevel1(String name, long entry) {
        return KnownAnswer.of(name, ExtendedPaging.LEVEL4)
                .root(0x1000)
                .entry(0x1000, 0x2007)
                .entry(0x2000, 0x3007)
                .entry(0x3000, 0x4007)
                .entry(0x4000, entry)
                .at(0)
                .faults(Fault.RESERVED_BITS, 1, 1L << 12);
    }

    private static List<KnownAnswer> misconfigurations() {
        return List.of(
                atRoot("write without read", 0x2002),
                atRoot("write and execute without read", 0x2006),
                atRoot("bit 3 of a root entry", 0x200F),
                atRoot("bit 7 of a root entry", 0x2087),
                atLevel2("bit 6 of an entry that names a table", 0x4047),
                atLevel2("address bit inside a page of 2 MiB", 0x0020_10B7L),
                atLevel2("memory type 2", 0x0020_0097L),
                atLevel1("memory type 2", 0x5017),
                atLevel1("memory type 3", 0x501F),
                atLevel1("memory type 7", 0x503F),
                atLevel1("memory type 7, execute only", 0x503C),
                atLevel1("write without read in a page", 0x5032));
    }

    /** All R, W, X and user-execute bits of a page below all of its table, in both meanings of execution. */
    @Test
    void everyCombinationOfRights() {
        for (ExecuteControl control : ExecuteControl.values()) {
            PagingFormat format = ExtendedPaging.of(4, control, AccessedDirty.IGNORED);
            for (int combination = 0; combination < 256; combination++) {
                int above = combination & 15;
                int below = combination >> 4;
                FrameMemory memory = new FrameMemory();
                memory.put(0x1000, 0x2407, 8);
                memory.put(0x2000, 0x3407, 8);
                memory.put(0x3000, 0x4000 | (above & 7) | (above & 8) << 7, 8);
                // Accessed and dirty are set but not kept.
                memory.put(0x4000, 0x5330 | (below & 7) | (below & 8) << 7, 8);
                Translation out = new Translation();
                new PageTableWalker(memory, format).translate(0x1000, 0, out);
                Fault expected = fault(above, control) != Fault.NONE ? fault(above, control) : fault(below, control);
                assertThat(out.fault()).as("%s 0x%x", control, combination).isEqualTo(expected);
                if (expected == Fault.NONE) {
                    assertThat(PageTypes.of(out.pageType()))
                            .as("%s 0x%x", control, combination)
                            .isEqualTo(PageTypes.of(flags(above & below, control)));
                }
            }
        }
    }

    private static Fault fault(int rights, ExecuteControl control) {
        if ((rights & (control == ExecuteControl.MODE_BASED ? 15 : 7)) == 0) {
            return Fault.NOT_PRESENT;
        }
        return (rights & 3) == 2 ? Fault.RESERVED_BITS : Fault.NONE;
    }

    private static int flags(int rights, ExecuteControl control) {
        int flags = (rights & 1) != 0 ? 0 : PageType.NO_READ;
        flags |= (rights & 2) != 0 ? PageType.WRITABLE : PageType.READ_ONLY;
        boolean supervisor = (rights & 4) != 0;
        boolean user = control == ExecuteControl.MODE_BASED ? (rights & 8) != 0 : supervisor;
        flags |= supervisor ? 0 : PageType.PRIVILEGED_NO_EXECUTE;
        flags |= user ? 0 : PageType.USER_NO_EXECUTE;
        return flags | (supervisor || user ? 0 : PageType.NO_EXECUTE);
    }

    @Test
    void readsThePointer() {
        assertThat(ExtendedPaging.tree(0x1234_505EL, ExecuteControl.ONE_BIT))
                .isEqualTo(new AddressSpace.Tree(ExtendedPaging.LEVEL4, 0x1234_5000L));
        assertThat(ExtendedPaging.tree(0x1234_5066L, ExecuteControl.ONE_BIT))
                .isEqualTo(new AddressSpace.Tree(ExtendedPaging.LEVEL5, 0x1234_5000L));
        assertThat(ExtendedPaging.tree(0x1234_501EL, ExecuteControl.MODE_BASED).format())
                .isEqualTo(ExtendedPaging.of(4, ExecuteControl.MODE_BASED, AccessedDirty.IGNORED));
        assertThatThrownBy(() -> ExtendedPaging.tree(0x1234_5016L, ExecuteControl.ONE_BIT))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("3 levels");
        assertThatThrownBy(() -> ExtendedPaging.of(3, ExecuteControl.ONE_BIT, AccessedDirty.KEPT))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
