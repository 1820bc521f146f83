package io.memflow.core.translate;

import static io.memflow.core.translate.SyntheticTables.ALL_RIGHTS;
import static io.memflow.core.translate.SyntheticTables.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.paging.PagingFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each test runs on 4 and 5 levels, on memory with and without direct access. */
@ParameterizedClass
@MethodSource("kinds")
class VirtualMemoryTest {
    private static final long BASE = 0xFFFF_8880_0000_0000L;
    private static final long LARGE = 0x20_0000;
    private static final int PAGES = 8;

    private final SyntheticTables tables;
    private final VirtualMemory space;

    VirtualMemoryTest(PagingFormat format, PageTableWalkerTest.Access access) {
        tables = new SyntheticTables(format);
        PhysicalMemory memory = access == PageTableWalkerTest.Access.DIRECT ? tables.memory : tables.indirect();
        space = new VirtualMemory(memory, new PageTableWalker(memory, format), ROOT);
    }

    static Stream<Object[]> kinds() {
        return PageTableWalkerTest.kinds();
    }

    /** Eight pages in reverse physical order, a missing one behind them, and a large page behind that. */
    @BeforeEach
    void mapPages() {
        for (int page = 0; page < PAGES; page++) {
            long physical = 0x10_0000 - page * 0x1000L;
            tables.map(BASE + page * 0x1000L, 1, physical | ALL_RIGHTS);
            Pattern.fill(tables.bytes.asSlice(physical, 0x1000), page * 0x1000L);
        }
        tables.map(BASE + LARGE, 2, LARGE | ALL_RIGHTS);
        Pattern.fill(tables.bytes.asSlice(LARGE, LARGE), LARGE);
    }

    @AfterEach
    void close() {
        tables.close();
    }

    @Test
    void readsAcrossScatteredPages() {
        assertThat(space.readBytes(BASE, PAGES * 0x1000)).isEqualTo(Pattern.bytes(0, PAGES * 0x1000));
        assertThat(space.readBytes(BASE + 0xFFD, 7)).isEqualTo(Pattern.bytes(0xFFD, 7));
        assertThat(space.readBytes(BASE + LARGE + 0x12345, 0x10_0000))
                .isEqualTo(Pattern.bytes(LARGE + 0x12345, 0x10_0000));
    }

    @Test
    void readsScalarsThatStraddlePages() {
        long expected = 0;
        for (int i = 7; i >= 0; i--) {
            expected = (expected << 8) | (Pattern.at(0x1FFC + i) & 0xFF);
        }
        assertThat(space.readLong(BASE + 0x1FFC)).isEqualTo(expected);
        assertThat(space.readInt(BASE + 0x1FFC)).isEqualTo((int) expected);
    }

    @Test
    void keepsTheGoodPartOfARequest() {
        byte[] bytes = new byte[0x3000];
        MemoryBatch batch = new MemoryBatch();
        batch.add(BASE + (PAGES - 1) * 0x1000L, MemorySegment.ofArray(bytes));
        batch.add(BASE, MemorySegment.ofArray(new byte[16]));
        batch.add(0x1234_5678L, MemorySegment.ofArray(new byte[16]));
        space.read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(batch.transferred(0)).isEqualTo(0x1000);
        assertThat(batch.status(1)).isEqualTo(RequestStatus.WHOLE);
        assertThat(batch.status(2)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.faultCount()).isEqualTo(2);
        assertThat(batch.faultOffset(0)).isEqualTo(0x1000);
        assertThat(batch.faultLength(0)).isEqualTo(0x2000);
        assertThat(batch.faultCause(0)).isEqualTo(Fault.NOT_PRESENT);
    }

    @Test
    void namesAPageWhoseFrameIsNotInMemory() {
        tables.map(BASE + 0x9000, 1, 0x4000_0000L | ALL_RIGHTS);

        assertThatThrownBy(() -> space.readLong(BASE + 0x9010))
                .isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
                    assertThat(missing.fault()).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
                    assertThat(missing.address()).isEqualTo(BASE + 0x9010);
                });
    }

    @Test
    void readsUpToTheTopOfTheAddressSpace() {
        tables.map(-0x1000, 1, 0x10_0000 | ALL_RIGHTS);

        assertThat(space.readBytes(-16, 16)).isEqualTo(Pattern.bytes(0xFF0, 16));
        MemoryBatch batch = new MemoryBatch();
        batch.add(-8, MemorySegment.ofArray(new byte[16]));
        space.read(batch);
        assertThat(batch.faultCause(0)).isEqualTo(Fault.ADDRESS_OVERFLOW);
    }

    @Test
    void hidesThePhysicalDirectMap() {
        assertThat(space.capability(DirectMap.class)).isEmpty();
        assertThat(space.properties().kind()).isEqualTo(AddressKind.VIRTUAL);
        assertThat(space.properties().addressBits()).isEqualTo(tables.format.virtualBits());
    }

    @Test
    void anotherRootIsAnotherSpace() {
        assertThat(space.withRoot(ROOT).readByte(BASE)).isEqualTo(Pattern.at(0));
        assertThat(space.withRoot(0x3F_0000).tryRead(0x1000, MemorySegment.ofArray(new byte[1])))
                .isNotEqualTo(Fault.NONE);
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        byte[] expected = Pattern.bytes(0, PAGES * 0x1000);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> readers = IntStream.range(0, 200)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        byte[] read = space.readBytes(BASE, PAGES * 0x1000);
                        return MemorySegment.ofArray(read).mismatch(MemorySegment.ofArray(expected)) < 0
                                && (byte) space.readUnsigned(BASE + i, 1) == expected[i];
                    })
                    .toList();
            for (Future<Boolean> reader : threads.invokeAll(readers)) {
                assertThat(reader.get()).isTrue();
            }
        }
    }

    @Test
    void writesThroughTheTables() {
        space.write(BASE + 0xFFE, MemorySegment.ofArray(new byte[] {1, 2, 3, 4}));

        assertThat(tables.bytes.get(ValueLayout.JAVA_BYTE, 0x10_0FFF)).isEqualTo((byte) 2);
        assertThat(tables.bytes.get(ValueLayout.JAVA_BYTE, 0xF_F000)).isEqualTo((byte) 3);
    }
}
