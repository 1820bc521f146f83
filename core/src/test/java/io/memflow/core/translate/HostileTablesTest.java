package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.ArmPaging;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.ExtendedPaging;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.WidePaging;
import io.memflow.core.paging.X86Paging;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random bytes as tables of every format: a single translation, a list and a walk end, agree, and stay within the format's
 * limits, with tables read in place and by requests.
 */
@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class HostileTablesTest {
    private static final int BYTES = 1 << 20;
    private static final int ADDRESSES = 500;
    private static final long WALK_BUDGET = 50_000;

    static Stream<PagingFormat> formats() {
        return Stream.of(
                X86Paging.BITS32,
                X86Paging.BITS32_SMALL_PAGES,
                X86Paging.PAE,
                X86Paging.LEVEL4,
                X86Paging.LEVEL5,
                X86Paging.NESTED4,
                ExtendedPaging.LEVEL4,
                ExtendedPaging.LEVEL5,
                ArmPaging.SHORT,
                ArmPaging.LPAE,
                RiscvPaging.SV32,
                RiscvPaging.SV39,
                RiscvPaging.SV48,
                RiscvPaging.SV57,
                RiscvPaging.SV39X4,
                Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ZEROS)),
                Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB16, 47, CanonicalForm.ONES)),
                Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB64, 52, CanonicalForm.ZEROS)
                        .output(52)),
                Aarch64Paging.stage1(Aarch64Stage1.lpa2(Aarch64Granule.KIB4, 52, CanonicalForm.ONES)),
                Aarch64Paging.stage2(Aarch64Stage2.of(Aarch64Granule.KIB16, 40, 2)),
                WidePaging.FORMAT);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void randomBytesNeverEscape(PagingFormat format) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        // Half of all entries name something inside memory, so that walks get deep.
        int entryBytes = format.entryBytes();
        for (int at = 0; at < BYTES; at += entryBytes) {
            if (random.nextBoolean()) {
                for (int i = 2; i < entryBytes; i++) {
                    bytes[at + i] = i == 2 ? (byte) (bytes[at + i] & 0xF) : 0;
                }
            }
        }
        Arena arena = Arena.ofShared();
        MemorySegment segment = arena.allocate(BYTES);
        segment.copyFrom(MemorySegment.ofArray(bytes));
        DirectMap map = DirectMap.builder().add(0, segment, 0, BYTES).build();
        try (PhysicalMemory memory =
                new MappedMemory(map, arena, ViewProperties.Access.READ_ONLY, "random", List.of())) {
            check(format, memory, SyntheticTables.withoutDirectAccess(memory), random, seed);
        }
    }

    private static void check(
            PagingFormat format, PhysicalMemory memory, PhysicalMemory indirect, Random random, long seed) {
        PageTableWalker inPlace = new PageTableWalker(memory, format);
        PageTableWalker byRequest = new PageTableWalker(indirect, format);
        AddressSpace.Tree tree = new AddressSpace.Tree(format, random.nextInt(BYTES));
        TranslationList list = new TranslationList();
        TranslationList fetched = new TranslationList();
        long space = format.addressBits() == Integer.SIZE ? 0xFFFF_FFFFL : -1;
        long high = format.canonicalForm() == CanonicalForm.ONES ? -1L << format.virtualBits() : 0;
        for (int i = 0; i < ADDRESSES; i++) {
            long virtual = (random.nextLong() >>> random.nextInt(Long.SIZE) | high) & space;
            list.add(virtual);
            fetched.add(virtual);
        }
        inPlace.translate(tree, list);
        byRequest.translate(tree, fetched);
        Translation out = new Translation();
        for (int i = 0; i < ADDRESSES; i++) {
            boolean translated = i % 2 == 0
                    ? inPlace.translate(tree.root(), list.virtual(i), out)
                    : byRequest.translate(tree.root(), list.virtual(i), out);
            assertThat(translated).as("seed %d", seed).isEqualTo(list.isMapped(i));
            assertThat(list.fault(i)).as("seed %d", seed).isEqualTo(out.fault());
            assertThat(fetched.fault(i)).as("seed %d", seed).isEqualTo(out.fault());
            assertThat(fetched.level(i)).as("seed %d", seed).isEqualTo(out.level());
            if (translated) {
                assertThat(list.physical(i)).as("seed %d", seed).isEqualTo(out.physical());
                assertThat(fetched.physical(i)).as("seed %d", seed).isEqualTo(out.physical());
                assertThat(list.pageType(i)).as("seed %d", seed).isEqualTo(out.pageType());
                assertThat(fetched.pageType(i)).as("seed %d", seed).isEqualTo(out.pageType());
            }
        }
        for (PageTableWalker walker : List.of(inPlace, byRequest)) {
            PageTableWalk walk = new PageTableWalk(walker, PageTableWalk.DEFAULT_SCRATCH_BYTES, WALK_BUDGET);
            WalkEnd end = walk.walk(tree, (virtual, physical, length, pageType, pageSize) -> true);
            assertThat(end).as("seed %d", seed).isNotEqualTo(WalkEnd.STOPPED);
        }
    }
}
