package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.memflow.core.address.PageType;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.ArmPaging;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.synthetic.ShuffledFrames;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every hot operation, warmed up, allocates not one byte. */
@ParameterizedClass
@MethodSource("sources")
@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class AllocationTest {
    private static final int BYTES = 4 << 20;
    private static final int PAGES = 200;
    private static final int ADDRESSES = 64;
    private static final int REPEATED = 100;
    /** A compiler that is still at work lets some rounds allocate; the best of so many counts. */
    private static final int MOST_ROUNDS = 5_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** How the tables are reached. */
    enum Reach {
        DIRECT,
        STAGED
    }

    /** An operation that is measured. */
    private interface Operation {
        void run();
    }

    record Named(String name, Function<AllocationTest, Operation> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final PhysicalMemory owner;
    private final PhysicalMemory memory;
    private final AddressSpace.Tree tree;
    private final long base;
    private final int page;
    private final long[] addresses = new long[ADDRESSES];
    /** Takes what operations find, so that none is left out as useless. */
    private long sum;

    AllocationTest(PagingFormat format, Reach reach) {
        Arena arena = Arena.ofShared();
        MemorySegment bytes = arena.allocate(BYTES);
        DirectMap map = DirectMap.builder().add(0, bytes, 0, BYTES).build();
        owner = new MappedMemory(map, arena, ViewProperties.Access.READ_WRITE, "allocation", List.of());
        memory = reach == Reach.DIRECT ? owner : SyntheticTables.withoutDirectAccess(owner);
        ShuffledFrames frames = new ShuffledFrames(owner.map(), 1);
        PageTableBuilder builder = new PageTableBuilder(owner, frames);
        tree = builder.newTree(format);
        base = format.canonicalForm() == CanonicalForm.ONES ? -1L << format.virtualBits() : 0x40_0000;
        page = (int) format.pageSize();
        int type = builder.nearest(format, page, PageType.WRITABLE);
        for (int i = 0; i < PAGES; i++) {
            builder.map(tree, base + (long) i * page, frames.allocate(page), page, type);
        }
        for (int i = 0; i < ADDRESSES; i++) {
            addresses[i] = base + (long) (i * 37 % PAGES) * page + i * 8L;
        }
    }

    static Stream<Object[]> sources() {
        List<PagingFormat> formats = List.of(
                X86Paging.BITS32,
                X86Paging.PAE,
                X86Paging.LEVEL4,
                X86Paging.LEVEL5,
                ArmPaging.SHORT,
                RiscvPaging.SV39,
                Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ONES)));
        List<Object[]> all = new ArrayList<>();
        for (PagingFormat format : formats) {
            for (Reach reach : Reach.values()) {
                all.add(new Object[] {format, reach});
            }
        }
        return all.stream();
    }

    static List<Named> operations() {
        return List.of(
                new Named("translate a list", AllocationTest::list),
                new Named("translate one address", AllocationTest::single),
                new Named("walk", AllocationTest::walk),
                new Named("walk with holes", AllocationTest::walkWithHoles),
                new Named("coalesced walk", AllocationTest::coalescedWalk),
                new Named("read a few", test -> test.batch(2, 64)),
                new Named("read many words", test -> test.batch(ADDRESSES, 8)),
                new Named("read many across pages", test -> test.batch(ADDRESSES, 9000)),
                new Named("write many", AllocationTest::writes),
                new Named("translate a list with a cache", AllocationTest::cachedList),
                new Named("typed getters", AllocationTest::getters),
                new Named("getters across pages", AllocationTest::straddlingGetters),
                new Named("typed writers", AllocationTest::writers));
    }

    private VirtualMemory space() {
        return new VirtualMemory(memory, new AddressSpace(tree, Optional.empty()));
    }

    private TranslationList filled() {
        TranslationList list = new TranslationList(ADDRESSES);
        list.addAll(addresses, 0, ADDRESSES);
        return list;
    }

    private Operation list() {
        PageTableWalker walker = new PageTableWalker(memory, tree.format());
        TranslationList list = filled();
        return () -> {
            walker.translate(tree, list);
            sum += list.physical(ADDRESSES - 1);
        };
    }

    private Operation cachedList() {
        VirtualMemory cached = space().withTranslationCache(new TranslationCache());
        TranslationList list = filled();
        return () -> {
            cached.translate(list);
            sum += list.physical(ADDRESSES - 1);
        };
    }

    private Operation single() {
        PageTableWalker walker = new PageTableWalker(memory, tree.format());
        Translation out = new Translation();
        return () -> {
            for (long address : addresses) {
                sum += walker.translate(tree.root(), address, out) ? out.physical() : 0;
            }
        };
    }

    private MappingSink adding() {
        return (virtual, physical, length, pageType, pageSize) -> {
            sum += physical + length;
            return true;
        };
    }

    private Operation walk() {
        PageTableWalk walk = new PageTableWalk(new PageTableWalker(memory, tree.format()));
        MappingSink sink = adding();
        return () -> {
            var _ = walk.walk(tree, sink);
        };
    }

    private Operation walkWithHoles() {
        PageTableWalk walk = new PageTableWalk(new PageTableWalker(memory, tree.format()));
        MappingSink sink = adding();
        return () -> {
            var _ = walk.walk(tree, base, base + 1000L * page, PageTableWalk.Holes.REPORT, sink);
        };
    }

    private Operation coalescedWalk() {
        PageTableWalk walk = new PageTableWalk(new PageTableWalker(memory, tree.format()));
        CoalescingSink sink = new CoalescingSink(adding());
        return () -> {
            var _ = walk.walk(tree, sink);
            var _ = sink.flush();
        };
    }

    private MemoryBatch requests(int count, int length) {
        MemorySegment buffer = MemorySegment.ofArray(new byte[length]);
        MemoryBatch batch = new MemoryBatch(count);
        for (int i = 0; i < count; i++) {
            batch.add(addresses[i], buffer);
        }
        return batch;
    }

    private Operation batch(int count, int length) {
        VirtualMemory space = space();
        MemoryBatch batch = requests(count, length);
        return () -> {
            space.read(batch);
            sum += batch.faultCount();
        };
    }

    private Operation writes() {
        VirtualMemory space = space();
        MemoryBatch batch = requests(ADDRESSES, 5000);
        return () -> {
            space.write(batch);
            sum += batch.faultCount();
        };
    }

    private Operation getters() {
        VirtualMemory space = space();
        return () -> {
            for (long address : addresses) {
                sum += space.readLong(address) + space.readInt(address) + space.readShort(address);
                sum += space.readByte(address) + space.readPointer(address);
                sum += (long) space.readDouble(address) + (long) space.readFloat(address);
            }
        };
    }

    private Operation straddlingGetters() {
        VirtualMemory space = space();
        return () -> {
            for (int i = 1; i < ADDRESSES; i++) {
                sum += space.readLong(base + (long) i * page - 3) + space.readInt(base + (long) i * page - 3);
            }
        };
    }

    private Operation writers() {
        VirtualMemory space = space();
        return () -> {
            for (int i = 1; i < ADDRESSES; i++) {
                space.writeLong(base + (long) i * page - 3, sum);
                space.writeInt(addresses[i], i);
            }
        };
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void allocatesNothing(Named named) {
        Operation operation = named.make.apply(this);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && least != 0; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < REPEATED; i++) {
                operation.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes of %d operations", REPEATED).isZero();
    }
}
