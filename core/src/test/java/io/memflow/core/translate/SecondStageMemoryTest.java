package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.address.PageType;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.ExtendedPaging;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.X86Paging;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A host of 64 MiB with a guest whose memory is scattered over it in pages of 4 KiB and one of 2 MiB. Each test runs on
 * every kind of second-stage tables, on memory with and without direct access.
 */
@ParameterizedClass
@MethodSource("kinds")
@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class SecondStageMemoryTest {
    private static final int HOST_BYTES = 64 << 20;
    private static final long PAGE = 0x1000;
    /** The guest's first pages, and where the next ones of the host are. */
    private static final int GUEST_PAGES = 256;

    private static final long LARGE_GUEST = 0x4020_0000L;
    private static final long LARGE_HOST = 0x0200_0000L;

    private final Kind kind;
    private final MemorySegment bytes;
    private final PhysicalMemory mapped;
    private final PhysicalMemory host;
    private long nextTable = 0x10_0000;

    /** How one kind of tables is written: all have three levels of 9 bits below the root. */
    record Kind(String name, PagingFormat format, long table, long page, long large, long numberShift) {
        @Override
        public String toString() {
            return name;
        }

        long entry(long address, long bits) {
            return (address >>> numberShift) | bits;
        }
    }

    static Stream<Object[]> kinds() {
        return Stream.of(
                        new Kind("EPT", ExtendedPaging.LEVEL4, 0x7, 0x37, 0xB7, 0),
                        new Kind("AMD nested", X86Paging.NESTED4, 0x7, 0x7, 0x87, 0),
                        new Kind(
                                "AArch64 stage 2",
                                Aarch64Paging.stage2(Aarch64Stage2.of(Aarch64Granule.KIB4, 48, 0)),
                                0x3,
                                0x4C3,
                                0x4C1,
                                0),
                        new Kind("Sv48x4", RiscvPaging.SV48X4, 0x1, 0xDF, 0xDF, 2))
                .flatMap(kind ->
                        Stream.of(PageTableWalkerTest.Access.values()).map(access -> new Object[] {kind, access}));
    }

    SecondStageMemoryTest(Kind kind, PageTableWalkerTest.Access access) {
        this.kind = kind;
        Arena arena = Arena.ofShared();
        bytes = arena.allocate(HOST_BYTES);
        mapped = new MappedMemory(
                DirectMap.builder().add(0, bytes, 0, HOST_BYTES).build(),
                arena,
                ViewProperties.Access.READ_WRITE,
                "host",
                List.of());
        host = access == PageTableWalkerTest.Access.DIRECT ? mapped : SyntheticTables.withoutDirectAccess(mapped);
    }

    @AfterEach
    void close() {
        mapped.close();
    }

    /** Where the host keeps a page of the guest: in reverse order, from 32 MiB down. */
    private static long hostOf(long guestPage) {
        return LARGE_HOST - (guestPage + 1) * PAGE;
    }

    /** Maps the guest's pages in tables of this kind that live in some memory. */
    private SecondStageMemory guestOf(PhysicalMemory below, long root) {
        for (int page = 0; page < GUEST_PAGES; page++) {
            map(below, root, page * PAGE, kind.entry(hostOf(page), kind.page), 1);
        }
        map(below, root, LARGE_GUEST, kind.entry(LARGE_HOST, kind.large), 2);
        return new SecondStageMemory(below, new AddressSpace.Tree(kind.format, root), "guest");
    }

    private void map(PhysicalMemory below, long root, long guest, long entry, int leaf) {
        long table = root;
        for (int level = 4; level > leaf; level--) {
            long at = table + (guest >>> (12 + 9 * (level - 1)) & 511) * 8;
            long next = below.readLong(at);
            if (next == 0) {
                next = kind.entry(nextTable, kind.table);
                below.write(at, MemorySegment.ofArray(new long[] {next}));
                nextTable += PAGE;
            }
            table = next << kind.numberShift & 0x00FF_FFFF_FFFF_F000L;
        }
        long at = table + (guest >>> (12 + 9 * (leaf - 1)) & 511) * 8;
        below.write(at, MemorySegment.ofArray(new long[] {entry}));
    }

    @Test
    void readsAndWritesScatteredPages() {
        SecondStageMemory guest = guestOf(host, 0x8_0000);
        for (int page = 0; page < GUEST_PAGES; page++) {
            Pattern.fill(bytes.asSlice(hostOf(page), PAGE), page * PAGE);
        }
        Pattern.fill(bytes.asSlice(LARGE_HOST, 2 << 20), LARGE_GUEST);
        int length = (int) (GUEST_PAGES * PAGE);
        assertThat(guest.readBytes(0, length)).isEqualTo(Pattern.bytes(0, length));
        assertThat(guest.readBytes(LARGE_GUEST + 5, 1 << 20)).isEqualTo(Pattern.bytes(LARGE_GUEST + 5, 1 << 20));
        guest.write(PAGE - 4, MemorySegment.ofArray(new long[] {0x1122_3344_5566_7788L}));
        assertThat(bytes.get(ScalarLayout.INT_LITTLE, hostOf(0) + PAGE - 4)).isEqualTo(0x5566_7788);
        assertThat(bytes.get(ScalarLayout.INT_LITTLE, hostOf(1))).isEqualTo(0x1122_3344);
        assertThat(guest.readLong(PAGE - 4)).isEqualTo(0x1122_3344_5566_7788L);
    }

    @Test
    void faultsKeepTheirCause() {
        SecondStageMemory guest = guestOf(host, 0x8_0000);
        // Mapped to where the host has nothing, as a device's registers are.
        map(host, 0x8_0000, 0x4000_0000L, kind.entry(0x8000_0000L, kind.page), 1);
        assertThat(guest.tryRead(0x4000_0000L, MemorySegment.ofArray(new byte[8])))
                .isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
        assertThat(guest.tryRead(0x1_0000_0000L, MemorySegment.ofArray(new byte[8])))
                .isEqualTo(Fault.NOT_PRESENT);
        assertThat(guest.tryRead(1L << 60, MemorySegment.ofArray(new byte[8]))).isEqualTo(Fault.NOT_CANONICAL);
        assertThatThrownBy(() -> guest.readLong(GUEST_PAGES * PAGE - 4))
                .isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
                    assertThat(missing).hasMessageStartingWith("Physical address 0x100000");
                    assertThat(missing.address()).isEqualTo(GUEST_PAGES * PAGE);
                    assertThat(missing.fault()).isEqualTo(Fault.NOT_PRESENT);
                });
        MemoryBatch batch = new MemoryBatch();
        batch.add(GUEST_PAGES * PAGE - 16, MemorySegment.ofArray(new byte[32]));
        guest.read(batch);
        assertThat(batch.transferred(0)).isEqualTo(16);
    }

    @Test
    void firstStageTablesAreWalkedInGuestMemory() {
        SecondStageMemory guest = guestOf(host, 0x8_0000);
        guest.write(0x1FF8, MemorySegment.ofArray(new long[] {0x2003}));
        guest.write(0x2FF0, MemorySegment.ofArray(new long[] {(LARGE_GUEST & ~0x3FFF_FFFFL) | 0x83}));
        guest.write(0x2FF8, MemorySegment.ofArray(new long[] {0x9000_0003L}));
        PageTableWalker walker = new PageTableWalker(guest, X86Paging.LEVEL4);
        Translation out = new Translation();
        assertThat(walker.translate(0x1000, 0xFFFF_FFFF_8020_1234L, out)).isTrue();
        assertThat(out.physical()).isEqualTo(LARGE_GUEST + 0x1234);
        assertThat(out.pageSize()).isEqualTo(0x4000_0000L);
        // A first-stage table at a guest-physical address that the second stage does not map.
        assertThat(walker.translate(0x1000, 0xFFFF_FFFF_C000_0000L, out)).isFalse();
        assertThat(out.fault()).isEqualTo(Fault.TABLE_UNREADABLE);
        bytes.set(ScalarLayout.LONG_LITTLE, LARGE_HOST + 0x1230, 0xCAFEL);
        VirtualMemory space = new VirtualMemory(guest, walker, 0x1000);
        assertThat(space.readLong(0xFFFF_FFFF_8020_1230L)).isEqualTo(0xCAFEL);
        assertThat(guest.translate(LARGE_GUEST + 0x1230, out)).isTrue();
        assertThat(out.physical()).isEqualTo(LARGE_HOST + 0x1230);
    }

    @Test
    void aGuestOfAGuestOfAGuestReadsItsMemory() {
        SecondStageMemory first = guestOf(host, 0x8_0000);
        // Tables of the second guest in the first one's page 1 on, those of the third in the second one's.
        SecondStageMemory second = nested(first, 0x10, 0x90);
        SecondStageMemory third = nested(second, 0x20, 0x80);
        third.write(0x8_0123, MemorySegment.ofArray(new long[] {0x0123_4567_89AB_CDEFL}));
        assertThat(third.readLong(0x8_0123)).isEqualTo(0x0123_4567_89AB_CDEFL);
        Translation out = new Translation();
        assertThat(third.translate(0x8_0000, out)).isTrue();
        assertThat(second.translate(out.physical(), out)).isTrue();
        assertThat(first.translate(out.physical(), out)).isTrue();
        assertThat(bytes.get(ScalarLayout.LONG_LITTLE, out.physical() + 0x123)).isEqualTo(0x0123_4567_89AB_CDEFL);
        assertThat(third.tryRead(0x80_0000, MemorySegment.ofArray(new byte[1]))).isEqualTo(Fault.NOT_PRESENT);
        assertThat(third.map().ranges())
                .containsExactly(new AddressRange(0x2_0000, 0x1_0000), new AddressRange(0x8_0000, 0x8000));
    }

    /** Maps guest-physical 0x80000 to 0x87fff onto eight pages of the memory below, in reverse order. */
    private SecondStageMemory nested(PhysicalMemory below, long rootPage, long firstTarget) {
        nextTable = (rootPage + 4) * PAGE;
        long root = rootPage * PAGE;
        for (int page = 0; page < 8; page++) {
            long target = (firstTarget + 7 - page) * PAGE;
            map(below, root, 0x8_0000 + page * PAGE, kind.entry(target, kind.page), 1);
        }
        // The next guest's tables have to lie in memory that this one maps.
        for (long page = 0x20; page < 0x30; page++) {
            map(below, root, page * PAGE, kind.entry(page * PAGE, kind.page), 1);
        }
        return new SecondStageMemory(below, new AddressSpace.Tree(kind.format, root), "nested");
    }

    @Test
    void mapsWhatTheTablesMapAndTheHostHolds() {
        SecondStageMemory guest = guestOf(host, 0x8_0000);
        map(host, 0x8_0000, 0x7000_0000L, kind.entry(0x8000_0000L, kind.page), 1);
        map(host, 0x8_0000, 0x4040_0000L, kind.entry(0x0280_0000L, kind.large), 2);
        assertThat(guest.map().ranges())
                .containsExactly(
                        new AddressRange(0, GUEST_PAGES * PAGE), new AddressRange(LARGE_GUEST, 2 * 0x20_0000L));
        assertThat(guest.defects()).isEmpty();
        assertThat(guest.map()).isSameAs(guest.map());
    }

    /** A host that notes the page types it is asked with. */
    private static final class Asked extends ForwardingMemory {
        final List<Integer> reads = new ArrayList<>();
        final List<Integer> writes = new ArrayList<>();

        Asked(PhysicalMemory source) {
            super(source);
        }

        @Override
        public void read(MemoryBatch batch) {
            note(batch, reads);
            super.read(batch);
        }

        @Override
        public void write(MemoryBatch batch) {
            note(batch, writes);
            super.write(batch);
        }

        private static void note(MemoryBatch batch, List<Integer> types) {
            for (int i = 0; i < batch.size(); i++) {
                types.add(batch.pageType(i));
            }
        }
    }

    @Test
    void theHostIsToldWhatTheGuestKnowsOfAPage() {
        var _ = guestOf(host, 0x8_0000);
        Asked asked = new Asked(mapped);
        SecondStageMemory guest = new SecondStageMemory(asked, new AddressSpace.Tree(kind.format, 0x8_0000), "guest");
        guest.write(0x1000 + 8 * 0x100, MemorySegment.ofArray(new long[] {0x2003}));
        guest.write(0x2000, MemorySegment.ofArray(new long[] {0x83}));
        asked.reads.clear();
        asked.writes.clear();

        // Tables of either stage are tables to the host.
        Translation out = new Translation();
        assertThat(new PageTableWalker(guest, X86Paging.LEVEL4).translate(0x1000, 0xFFFF_8000_0000_1230L, out))
                .isTrue();
        assertThat(asked.reads).hasSize(2 * 5).containsOnly(PageType.PAGE_TABLE);

        MemoryBatch batch = new MemoryBatch();
        batch.add(0x2000, MemorySegment.ofArray(new byte[0x3000]), 0, 0x3000, PageType.READ_ONLY | PageType.USER);
        asked.reads.clear();
        guest.read(batch);
        assertThat(batch.allWhole()).isTrue();
        assertThat(asked.reads.stream().filter(type -> type != PageType.PAGE_TABLE))
                .isNotEmpty()
                .containsOnly(PageType.READ_ONLY | PageType.USER);
        guest.write(batch);
        assertThat(asked.writes).isNotEmpty().containsOnly(PageType.READ_ONLY | PageType.USER);
    }

    @Test
    void ofAnUnknownPageTheHostIsToldWhatTheSecondStageSays() {
        var _ = guestOf(host, 0x8_0000);
        Asked asked = new Asked(mapped);
        SecondStageMemory guest = new SecondStageMemory(asked, new AddressSpace.Tree(kind.format, 0x8_0000), "guest");
        var _ = guest.readBytes(0x2000, 0x10);
        Translation out = new Translation();
        assertThat(guest.translate(0x2000, out)).isTrue();
        assertThat(asked.reads.stream().filter(type -> type != PageType.PAGE_TABLE))
                .containsExactly(out.pageType());
    }

    @Test
    void hidesOnlyDirectAccessAndLeavesTheHostOpen() {
        SecondStageMemory guest = guestOf(host, 0x8_0000);
        assertThat(guest.capability(DirectMap.class)).isEmpty();
        assertThat(guest.direct(0, 1)).isEmpty();
        assertThat(guest.properties().kind()).isEqualTo(AddressKind.PHYSICAL);
        assertThat(guest.properties().addressBits()).isEqualTo(kind.format.virtualBits());
        guest.close();
        assertThat(host.readBytes(0, 1)).hasSize(1);
    }

    @Test
    void scrambledTablesEndTheMap() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (long at = 0x20_0000; at < 0x28_0000; at += 8) {
            long frame = (0x200 + random.nextInt(0x80)) * PAGE;
            long inside = kind.entry(frame, random.nextBoolean() ? kind.table : kind.page);
            bytes.set(ScalarLayout.LONG_LITTLE, at, random.nextInt(4) == 0 ? random.nextLong() : inside);
        }
        PageTableWalker walker = new PageTableWalker(host, kind.format);
        GuestPhysicalRanges scrambled =
                GuestPhysicalRanges.of(walker, new AddressSpace.Tree(kind.format, 0x20_0000), host.map(), 100_000);
        assertThat(scrambled.defect()).as("seed %d", seed).isPresent();
        assertThat(scrambled.map().totalBytes()).as("seed %d", seed).isPositive();
    }
}
