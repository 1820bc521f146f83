package io.memflow.core.translate.property;

import io.memflow.core.address.PageType;
import io.memflow.core.error.MemflowException;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.synthetic.ShuffledFrames;
import io.memflow.core.translate.PageTableBuilder;
import io.memflow.core.translate.reference.Outcome;
import io.memflow.core.translate.reference.ReferenceMmu;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Random page tables of one architecture, from legal ones to noise, and addresses that are worth asking for. */
final class MadeTables implements MadeSpace {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int MOST_MAPPINGS = 60;

    private final PagingFormat format;
    private final SplittableRandom random;
    private final List<Place> places = new ArrayList<>();
    private final List<Long> sizes;
    final MadeMemory memory;
    final AddressSpace.Tree tree;

    final ReferenceMmu model;

    private record Place(BigInteger virtual, long size) {}

    MadeTables(Architecture architecture, SplittableRandom random) {
        this(
                architecture.formats().get(random.nextInt(architecture.formats().size())),
                architecture.memoryBits(),
                random);
    }

    private MadeTables(Architecture.Judged judged, int memoryBits, SplittableRandom random) {
        this(judged, memory(judged, memoryBits, random), random);
    }

    private MadeTables(Architecture.Judged judged, MadeMemory memory, SplittableRandom random) {
        this(judged, memory, builder(memory, random), random);
    }

    private MadeTables(
            Architecture.Judged judged, MadeMemory memory, PageTableBuilder builder, SplittableRandom random) {
        this(judged, memory, builder, builder.newTree(judged.format()), random);
    }

    /** Tables below a root in a memory that may hold others. */
    MadeTables(
            Architecture.Judged judged,
            MadeMemory memory,
            PageTableBuilder builder,
            AddressSpace.Tree tree,
            SplittableRandom random) {
        this.random = random;
        this.tree = tree;
        this.memory = memory;
        format = judged.format();
        model = judged.model();
        sizes = List.copyOf(PageTableBuilder.pageSizes(format));
        places.add(new Place(BigInteger.ZERO, format.pageSize()));
        places.add(new Place(anywhere(), format.pageSize()));
        switch (random.nextInt(4)) {
            case 0 -> noise();
            case 1 -> mappings(builder);
            default -> {
                mappings(builder);
                damage();
            }
        }
    }

    private static MadeMemory memory(Architecture.Judged judged, int memoryBits, SplittableRandom random) {
        return new MadeMemory(memoryBits, judged.format().addressBits() > Long.SIZE ? random.nextLong() : 0);
    }

    static PageTableBuilder builder(MadeMemory memory, SplittableRandom random) {
        ShuffledFrames frames = new ShuffledFrames(memory.mapped.map(), memory.upper, random.nextLong());
        return new PageTableBuilder(memory.direct(), frames);
    }

    @Override
    public MadeMemory memory() {
        return memory;
    }

    @Override
    public AddressSpace space() {
        return new AddressSpace(tree, Optional.empty());
    }

    @Override
    public String name() {
        return format.name();
    }

    @Override
    public long pageSize() {
        return format.pageSize();
    }

    private void mappings(PageTableBuilder builder) {
        int wanted = 1 + random.nextInt(MOST_MAPPINGS);
        for (int i = 0; i < wanted; i++) {
            long size = sizes.get(random.nextInt(random.nextInt(sizes.size()) + 1));
            BigInteger virtual = random.nextInt(3) == 0 ? anywhere() : near(size);
            virtual = virtual.divide(BigInteger.valueOf(size)).multiply(BigInteger.valueOf(size));
            long physical = random.nextBoolean()
                    ? random.nextLong() & (1L << random.nextInt(12, 53)) - 1
                    : random.nextLong(memory.bytes.length);
            long physicalUpper = memory.upper == 0 || random.nextBoolean() ? memory.upper : random.nextLong();
            int type = random.nextInt() & (1 << PageType.BITS) - 1;
            if (fits(builder, virtual, physicalUpper, physical & -size, size, type)) {
                places.add(new Place(virtual, size));
            }
        }
    }

    /** Maps a page; most of what is thrown together like this fits, the rest is not needed. */
    private boolean fits(
            PageTableBuilder builder, BigInteger virtual, long physicalUpper, long physical, long size, int type) {
        try {
            int nearest = builder.nearest(format, size, type);
            builder.map(tree, Wide.upper(virtual), virtual.longValue(), physicalUpper, physical, size, nearest);
            return true;
        } catch (MemflowException takenOrFull) {
            return false;
        }
    }

    /** Changes entries of legal tables: single bits, whole entries, and pointers back to other tables. */
    private void damage() {
        MemorySegment all = MemorySegment.ofArray(memory.bytes);
        List<Long> written = new ArrayList<>();
        for (long at = 0; at < memory.bytes.length; at += format.entryBytes()) {
            if (all.get(LONG, at & -8) != 0) {
                written.add(at);
            }
        }
        int changes = 1 + random.nextInt(30);
        for (int i = 0; i < changes && !written.isEmpty(); i++) {
            long at = written.get(random.nextInt(written.size())) & -8;
            long entry = all.get(LONG, at);
            switch (random.nextInt(3)) {
                case 0 -> all.set(LONG, at, entry ^ 1L << random.nextInt(64));
                case 1 -> all.set(LONG, at, entry());
                default -> all.set(LONG, at, all.get(LONG, written.get(random.nextInt(written.size())) & -8));
            }
        }
    }

    /** Random entries everywhere, dense or sparse. */
    private void noise() {
        MemorySegment all = MemorySegment.ofArray(memory.bytes);
        int oneIn = 1 << random.nextInt(3);
        for (long at = 0; at < memory.bytes.length; at += 8) {
            if (random.nextInt(oneIn) == 0) {
                all.set(LONG, at, entry());
            }
        }
    }

    /** Eight bytes that often look like an entry which leads somewhere. */
    private long entry() {
        long noise = random.nextLong();
        long low = (1L << memory.bits) - 1;
        int kind = random.nextInt(16);
        if (kind == 0) {
            return noise;
        }
        long top = kind < 8 ? 0 : noise & ~(-1L >>> 12);
        if (format.entryBytes() == Integer.BYTES) {
            return (noise & (low << 32 | low)) | 0x1_0000_0001L;
        }
        // Either only the usual flags of a table or all sorts of them.
        long address = noise & low;
        return kind % 2 == 0 ? address | top | random.nextInt(8) : (address & (-4096 | 7)) | top;
    }

    @Override
    public Outcome judge(BigInteger virtual) {
        return model.translate(memory, Wide.of(tree.rootUpper(), tree.root()), virtual);
    }

    @Override
    public BigInteger virtual() {
        Place place = places.get(random.nextInt(places.size()));
        BigInteger inside = place.virtual.add(BigInteger.valueOf(random.nextLong(place.size)));
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> anywhere();
            case 3 -> Wide.of(format.addressBits() > Long.SIZE ? random.nextLong() : 0, random.nextLong());
            case 4 -> inside.flipBit(random.nextInt(format.addressBits()));
            case 5 -> inside.flipBit(random.nextInt(format.virtualBits()));
            case 6, 7 -> near(sizes.get(random.nextInt(sizes.size())));
            default -> inside.mod(wordSpace());
        };
    }

    @Override
    public boolean isTagged(BigInteger virtual) {
        int ignored = format.ignoredTopBits();
        if (ignored == 0) {
            return false;
        }
        long top = virtual.longValue() >> (Long.SIZE - ignored);
        return top != (format.canonicalForm() == CanonicalForm.ONES ? -1 : 0);
    }

    @Override
    public BigInteger entryEnd(Outcome outcome, BigInteger virtual) {
        int bits = outcome.level() == 0
                ? outcome.spanBits()
                : format.levels().get(format.levels().size() - outcome.level()).shift();
        return virtual.shiftRight(bits).add(BigInteger.ONE).shiftLeft(bits);
    }

    private BigInteger wordSpace() {
        return BigInteger.ONE.shiftLeft(Math.max(Long.SIZE, format.addressBits()));
    }

    /** A few pages from something mapped. */
    BigInteger near(long size) {
        BigInteger at = places.get(random.nextInt(places.size()))
                .virtual
                .add(BigInteger.valueOf(random.nextLong(size)))
                .add(BigInteger.valueOf(size).multiply(BigInteger.valueOf(random.nextInt(-1, 3))));
        return at.mod(wordSpace());
    }

    /** Any address the format translates. */
    BigInteger anywhere() {
        int width = format.virtualBits();
        BigInteger low = Wide.of(random.nextLong(), random.nextLong()).mod(BigInteger.ONE.shiftLeft(width));
        boolean ones = format.canonicalForm() == CanonicalForm.ONES
                || (format.canonicalForm() == CanonicalForm.SIGN_EXTENDED && low.testBit(width - 1));
        if (!ones) {
            return low;
        }
        BigInteger above = BigInteger.ONE.shiftLeft(format.addressBits()).subtract(BigInteger.ONE.shiftLeft(width));
        return low.add(above);
    }
}
