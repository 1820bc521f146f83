package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.address.PageType;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.synthetic.MachineArchitecture;
import io.memflow.core.synthetic.ShuffledFrames;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That tables read as they were asked for is what the property tests show; this is the rest of the contract. */
class PageTableBuilderTest {
    private static final long VIRTUAL = 0x40_0000;
    private static final int WRITABLE_USER = PageType.WRITABLE | PageType.USER;

    private final SyntheticTables memory = new SyntheticTables(X86Paging.LEVEL4);
    private final PageTableBuilder builder =
            new PageTableBuilder(memory.memory, new ShuffledFrames(memory.memory.map(), 3));

    @AfterEach
    void close() {
        memory.close();
    }

    private Translation translate(AddressSpace.Tree tree, long virtual) {
        Translation out = new Translation();
        var _ = new PageTableWalker(memory.memory, tree.format()).translate(tree.root(), virtual, out);
        return out;
    }

    private static void assertRefused(ErrorKind kind, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    static Stream<PagingFormat> formats() {
        return MachineArchitecture.all().stream()
                .flatMap(architecture -> Stream.concat(Stream.of(architecture.lower()), architecture.upper().stream()))
                .filter(format -> !format.isWide())
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyFormatMapsEachOfItsPageSizes(PagingFormat format) {
        AddressSpace.Tree tree = builder.newTree(format);
        assertThat(PageTableBuilder.pageSizes(format).first()).isEqualTo(format.pageSize());
        long high = format.canonicalForm() == CanonicalForm.ONES ? -1L << format.virtualBits() : 0;
        long space = format.addressBits() == Integer.SIZE ? 0xFFFF_FFFFL : -1;
        long at = 0;
        for (long size : PageTableBuilder.pageSizes(format)) {
            at = at + size - 1 & -size;
            long virtual = (at | high) & space;
            if (at + size > 1L << Math.min(format.virtualBits(), 62)) {
                break;
            }
            int type = builder.nearest(format, size, WRITABLE_USER);
            builder.map(tree, virtual, size & 0xF_FFFF_FFFFL, size, type);
            Translation found = translate(tree, virtual + size - 1);
            assertThat(found.fault()).isEqualTo(Fault.NONE);
            assertThat(found.pageSize()).isEqualTo(size);
            assertThat(found.physical()).isEqualTo((size & 0xF_FFFF_FFFFL) + size - 1);
            assertThat(found.pageType() & type).isEqualTo(type);
            at += size;
        }
    }

    @Test
    void countsTheBytesOfItsTables() {
        AddressSpace.Tree tree = builder.newTree(X86Paging.LEVEL4);
        assertThat(builder.tableBytes()).isEqualTo(0x1000);
        builder.map(tree, VIRTUAL, 0x5000, 0x1000, WRITABLE_USER);
        assertThat(builder.tableBytes()).isEqualTo(4 * 0x1000);
        builder.map(tree, VIRTUAL + 0x1000, 0x6000, 0x1000, WRITABLE_USER);
        assertThat(builder.tableBytes()).isEqualTo(4 * 0x1000);
    }

    @Test
    void refusesWhatIsMappedAlready() {
        AddressSpace.Tree tree = builder.newTree(X86Paging.LEVEL4);
        builder.map(tree, VIRTUAL, 0x5000, 0x1000, WRITABLE_USER);
        builder.map(tree, 0x4000_0000, 0x4000_0000, 0x20_0000, WRITABLE_USER);

        assertRefused(
                ErrorKind.ALREADY_EXISTS, "0x400000", () -> builder.map(tree, VIRTUAL, 0x5000, 0x1000, WRITABLE_USER));
        // Small pages inside a large one, and a large one over tables.
        assertRefused(
                ErrorKind.ALREADY_EXISTS,
                "0x40001000",
                () -> builder.map(tree, 0x4000_1000, 0x5000, 0x1000, WRITABLE_USER));
        assertRefused(
                ErrorKind.ALREADY_EXISTS,
                "0x400000",
                () -> builder.map(tree, VIRTUAL, 0x20_0000, 0x20_0000, WRITABLE_USER));
        assertThat(translate(tree, VIRTUAL).physical()).isEqualTo(0x5000);
        assertThat(translate(tree, 0x4000_1000).physical()).isEqualTo(0x4000_1000);
    }

    @Test
    void refusesWhatTheFormatCannotSay() {
        AddressSpace.Tree tree = builder.newTree(X86Paging.LEVEL4);
        assertRefused(
                ErrorKind.NOT_SUPPORTED,
                "no pages of 8192",
                () -> builder.map(tree, VIRTUAL, 0x5000, 0x2000, WRITABLE_USER));
        assertRefused(
                ErrorKind.NOT_SUPPORTED,
                "does not translate",
                () -> builder.map(tree, 1L << 47, 0x5000, 0x1000, WRITABLE_USER));
        assertRefused(
                ErrorKind.NOT_SUPPORTED,
                "cannot map",
                () -> builder.map(tree, VIRTUAL + 8, 0x5000, 0x1000, WRITABLE_USER));
        assertRefused(
                ErrorKind.NOT_SUPPORTED,
                "cannot map",
                () -> builder.map(tree, VIRTUAL, 1L << 52, 0x1000, WRITABLE_USER));
        assertRefused(
                ErrorKind.NOT_SUPPORTED,
                "the nearest is",
                () -> builder.map(tree, VIRTUAL, 0x5000, 0x1000, WRITABLE_USER | PageType.NO_READ));
        assertThat(translate(tree, VIRTUAL).fault()).isEqualTo(Fault.NOT_PRESENT);
    }

    @Test
    void sharesAPartOfARoot() {
        AddressSpace.Tree kernel = builder.newTree(X86Paging.LEVEL4);
        AddressSpace.Tree process = builder.newTree(X86Paging.LEVEL4);
        long high = 0xFFFF_8000_0000_0000L;
        builder.map(kernel, high, 0x5000, 0x1000, PageType.WRITABLE);
        builder.share(kernel, process, high);
        // Below the shared entry both grow together.
        builder.map(kernel, high + 0x1000, 0x7000, 0x1000, PageType.WRITABLE);

        assertThat(translate(process, high).physical()).isEqualTo(0x5000);
        assertThat(translate(process, high + 0x1000).physical()).isEqualTo(0x7000);
        assertRefused(ErrorKind.ALREADY_EXISTS, "already hold", () -> builder.share(kernel, process, high));
        assertRefused(ErrorKind.NOT_SUPPORTED, "could share", () -> builder.share(kernel, process, VIRTUAL));
        AddressSpace.Tree other = builder.newTree(RiscvPaging.SV48);
        assertRefused(ErrorKind.NOT_SUPPORTED, "could share", () -> builder.share(kernel, other, high));
    }

    @Test
    void refusesARootThatItsRegisterCannotName() {
        // A PAE root lies below 4 GiB.
        PageTableBuilder high = new PageTableBuilder(memory.memory, bytes -> 1L << 32);
        assertThatThrownBy(() -> high.newTree(X86Paging.PAE)).isInstanceOf(MemflowException.class);
    }

    @Test
    void saysWhichTableCouldNotBeWritten() {
        PageTableBuilder outside = new PageTableBuilder(memory.memory, bytes -> SyntheticTables.LENGTH);
        assertThatThrownBy(() -> outside.newTree(X86Paging.LEVEL4))
                .isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
                    assertThat(missing.address()).isEqualTo(SyntheticTables.LENGTH);
                    assertThat(missing.fault()).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
                });
    }

    @Test
    void saysWhenNoFrameIsLeft() {
        MemoryMap small = MemoryMap.of(List.of(new AddressRange(0x1000, 0x2000)));
        PageTableBuilder full = new PageTableBuilder(memory.memory, new ShuffledFrames(small, 1));
        AddressSpace.Tree tree = full.newTree(X86Paging.LEVEL4);
        assertRefused(
                ErrorKind.OUT_OF_BOUNDS, "No free block", () -> full.map(tree, VIRTUAL, 0x5000, 0x1000, WRITABLE_USER));
        // What was half made translates to nothing.
        assertThat(translate(tree, VIRTUAL).fault()).isEqualTo(Fault.NOT_PRESENT);
    }
}
