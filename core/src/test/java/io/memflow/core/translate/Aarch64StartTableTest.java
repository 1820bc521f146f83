package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every input size of every granule, at stage 1 and at stage 2 with every start level: where the entries of the first and
 * the last address lie. Tables are laid out here from the sizes alone (Arm ARM, DDI 0487, D8.2).
 */
class Aarch64StartTableTest {
    private static final long TABLES = 0x4000_0000L;
    private static final long PAGE = 0x0000_7000_0000_0000L;

    private final FrameMemory memory = new FrameMemory();

    /**
     * Lays out the tables that map the page of one address, starting at a level (3 is the last), each table where it is
     * aligned to its own size.
     *
     * @return the root
     */
    private long layOut(Aarch64Granule granule, int inputBits, int startLevel, long address) {
        int page = granule.pageBits();
        int stride = page - 3;
        long root = TABLES;
        long table = root;
        for (int level = startLevel; level <= 3; level++) {
            int shift = page + stride * (3 - level);
            int bits = level == startLevel ? inputBits - shift : stride;
            long index = address >>> shift & (1L << bits) - 1;
            // Past any start table: the largest is 16 of 64 KiB.
            long next = TABLES + 0x10_0000L * (level - startLevel + 2);
            memory.put(table + index * 8, level == 3 ? PAGE | 0x403 : next | 3, 8);
            table = next;
        }
        return root;
    }

    private void maps(PagingFormat format, Aarch64Granule granule, int startLevel, long address) {
        long root = layOut(granule, format.virtualBits(), startLevel, address);
        Translation out = new Translation();
        new PageTableWalker(memory, format).translate(new AddressSpace.Tree(format, root).root(), address, out);
        assertThat(out.fault()).as("%s at 0x%x", format.name(), address).isEqualTo(Fault.NONE);
        long inPage = address & (1L << granule.pageBits()) - 1;
        assertThat(out.physical()).isEqualTo(PAGE | inPage);
        assertThat(out.level()).isEqualTo(1);
        assertThat(out.pageSize()).isEqualTo(1L << granule.pageBits());
    }

    @ParameterizedTest
    @EnumSource
    void stage1OfEverySize(Aarch64Granule granule) {
        int page = granule.pageBits();
        for (int bits = Math.max(16, page + 1); bits <= 52; bits++) {
            // The number of levels is what it takes to resolve the bits above the page.
            int levels = (bits - page + page - 4) / (page - 3);
            for (CanonicalForm half : new CanonicalForm[] {CanonicalForm.ZEROS, CanonicalForm.ONES}) {
                boolean wide = bits > 48 && granule != Aarch64Granule.KIB64;
                PagingFormat format = Aarch64Paging.stage1(
                        wide ? Aarch64Stage1.lpa2(granule, bits, half) : Aarch64Stage1.of(granule, bits, half));
                long high = half == CanonicalForm.ONES ? -1L << bits : 0;
                assertThat(format.levels()).hasSize(levels);
                maps(format, granule, 4 - levels, high);
                maps(format, granule, 4 - levels, high | (1L << bits) - 3);
            }
        }
    }

    record Start(Aarch64Granule granule, int bits, int level) {}

    /** A start table holds 2 entries to 16 whole tables. */
    static Stream<Start> starts() {
        List<Start> starts = new ArrayList<>();
        for (Aarch64Granule granule : Aarch64Granule.values()) {
            int page = granule.pageBits();
            int stride = page - 3;
            IntStream.rangeClosed(-1, 3).forEach(level -> {
                int least = page + stride * (3 - level) + 1;
                int most = Math.min(52, least - 1 + stride + 4);
                for (int bits = Math.max(least, 16); bits <= most; bits++) {
                    starts.add(new Start(granule, bits, level));
                }
            });
        }
        return starts.stream();
    }

    @ParameterizedTest
    @MethodSource("starts")
    void stage2OfEverySizeAndStartLevel(Start start) {
        boolean wide = start.bits > 48 && start.granule != Aarch64Granule.KIB64;
        PagingFormat format = Aarch64Paging.stage2(
                wide
                        ? Aarch64Stage2.lpa2(start.granule, start.bits, start.level)
                        : Aarch64Stage2.of(start.granule, start.bits, start.level));
        maps(format, start.granule, start.level, 0);
        maps(format, start.granule, start.level, (1L << start.bits) - 3);
        Translation out = new Translation();
        new PageTableWalker(memory, format).translate(TABLES, 1L << start.bits, out);
        assertThat(out.fault()).isEqualTo(Fault.NOT_CANONICAL);
    }

    /** A root is aligned to the whole start table: bits below it are not part of its address. */
    @ParameterizedTest
    @MethodSource("starts")
    void rootsAreAlignedToTheWholeStartTable(Start start) {
        boolean wide = start.bits > 48 && start.granule != Aarch64Granule.KIB64;
        PagingFormat format = Aarch64Paging.stage2(
                wide
                        ? Aarch64Stage2.lpa2(start.granule, start.bits, start.level)
                        : Aarch64Stage2.of(start.granule, start.bits, start.level));
        int page = start.granule.pageBits();
        int entryBits = start.bits - page - (page - 3) * (3 - start.level);
        long least = wide ? Math.max(64, 8L << entryBits) : 8L << entryBits;
        long most = wide ? 0x000F_FFFF_FFFF_FFFFL : 0x0000_FFFF_FFFF_FFFFL;
        assertThat(format.rootMask()).isEqualTo(most & -least);
    }
}
