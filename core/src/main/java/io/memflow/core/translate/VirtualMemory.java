package io.memflow.core.translate;

import io.memflow.core.cache.MomentBlocks;
import io.memflow.core.cache.MomentPlaces;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.cache.TranslationCachedMemory;
import io.memflow.core.memory.AddressBound;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedFaults;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.reuse.Spares;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One virtual address space: physical memory seen through the page tables of an {@link AddressSpace}. Addresses are
 * virtual.
 *
 * <p>A list of requests is translated as one list and read as one: on memory without direct access that is one call for
 * each level of the tables and one for the data. Thread-safe for reads.
 *
 * <p>Where the tables are mapped nothing is cached: a running target's change of mapping shows at the next access.
 * A {@link TranslationCachedMemory} gives its cache to every space on it, which then asks it before any table.
 */
public final class VirtualMemory implements MemoryView {
    private final PhysicalMemory physical;
    private final @Nullable DirectMap direct;
    private final @Nullable MomentPlaces moments;
    private final SpaceTranslator translator;
    /** How most small reads are done; null where nothing can be read in place. */
    private final @Nullable InPlaceReads inPlace;

    private final ByteOrder order;
    private final ViewProperties properties;
    private final Spares<VirtualTransfer> spares;

    /** The space of an address space's tables, which lie in the same memory. */
    public VirtualMemory(PhysicalMemory physical, AddressSpace space) {
        this(physical, offered(physical, new SpaceTranslator(physical, space)));
    }

    /**
     * A space of one tree.
     *
     * @param walker reads the tables
     * @param root physical address of the root page table (on x86 CR3)
     */
    public VirtualMemory(PhysicalMemory physical, PageTableWalker walker, long root) {
        this(physical, offered(physical, new SpaceTranslator(walker, AddressSpace.of(walker.format(), root))));
    }

    /**
     * With the cache of the memory itself, unless tables are read in place. Not with one that the memory has as a
     * capability of what it wraps: a wrapper may show other tables at the same addresses.
     */
    private static SpaceTranslator offered(PhysicalMemory physical, SpaceTranslator translator) {
        return physical instanceof TranslationCachedMemory cached && !translator.readsInPlace()
                ? translator.withCache(cached.translations())
                : translator;
    }

    private VirtualMemory(PhysicalMemory physical, SpaceTranslator translator) {
        this.physical = physical;
        this.direct = physical.capability(DirectMap.class).orElse(null);
        this.moments = physical.capability(MomentPlaces.class)
                .filter(_ -> translator.readsTablesIn(physical))
                .orElse(null);
        this.translator = translator;
        PagingFormat format = translator.space().lower().format();
        this.properties = new ViewProperties(
                AddressKind.VIRTUAL,
                physical.properties().byteOrder(),
                Math.min(format.pointerBytes(), Long.BYTES),
                format.virtualBits(),
                physical.properties().access());
        order = properties.byteOrder();
        inPlace = translator.inPlace(physical);
        spares = new Spares<>(() -> new VirtualTransfer(physical, translator));
    }

    /** Physical address of the root page table; of the lower one where there are two. */
    public long root() {
        return translator.space().lower().root();
    }

    /** How the tables are read; those of the lower tree where there are two. */
    public PagingFormat format() {
        return translator.space().lower().format();
    }

    /** The trees of this space. */
    public AddressSpace space() {
        return translator.space();
    }

    /** The memory below. */
    public PhysicalMemory physical() {
        return physical;
    }

    /** The same memory and formats under another root; an upper tree stays as it is. */
    public VirtualMemory withRoot(long otherRoot) {
        AddressSpace.Tree tree = new AddressSpace.Tree(format(), otherRoot);
        return new VirtualMemory(physical, translator.with(new AddressSpace(tree, space().upper())));
    }

    /**
     * The same space with a cache of translations, which may be shared with other spaces of the same memory. On memory
     * that is mapped a walk is usually as fast.
     */
    public VirtualMemory withTranslationCache(TranslationCache cache) {
        return new VirtualMemory(physical, translator.withCache(cache));
    }

    /** The same space, walking its tables at each access. */
    public VirtualMemory withoutTranslationCache() {
        return new VirtualMemory(physical, translator.withCache(null));
    }

    /** The cache that is asked before any table. */
    public Optional<TranslationCache> translationCache() {
        return Optional.ofNullable(translator.cache());
    }

    /**
     * Translates one address of this space.
     *
     * @return whether the address translates; {@code out} says where to, or why not
     */
    public boolean translate(long virtual, Translation out) {
        return translator.translate(0, virtual, out);
    }

    /** Translates every address of a list; see {@link PageTableWalker#translate(AddressSpace.Tree, TranslationList)}. */
    public void translate(TranslationList list) {
        translator.translate(list);
    }

    /** Streams all mappings of this space in ascending order; a convenience over {@link PageTableWalk}. */
    public WalkEnd walk(MappingSink sink) {
        return translator.walk(0, -1L, PageTableWalk.Holes.SKIP, sink);
    }

    /**
     * Streams the mappings of a range in ascending order.
     *
     * @param first first virtual address
     * @param last last virtual address, itself included
     */
    public WalkEnd walk(long first, long last, PageTableWalk.Holes holes, MappingSink sink) {
        return translator.walk(first, last, holes, sink);
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        // What the physical source has mapped is addressed physically, so it is not a direct map of this space.
        return AddressBound.class.isAssignableFrom(type) ? Optional.empty() : physical.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        if (readInPlace(batch)) {
            return;
        }
        VirtualTransfer transfer = spares.take();
        try {
            transfer.read(batch);
        } finally {
            spares.give(transfer);
        }
    }

    private boolean readInPlace(MemoryBatch batch) {
        InPlaceReads reads = inPlace;
        try {
            return reads != null && reads.read(batch);
        } catch (InternalError pageNotThere) {
            // The general way names the fault.
            return false;
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        VirtualTransfer transfer = spares.take();
        try {
            transfer.write(batch);
        } finally {
            spares.give(transfer);
        }
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        InPlaceReads reads = inPlace;
        if (reads != null) {
            try {
                long at = reads.offset(address, bytes);
                if (at != StraightWalk.UNUSUAL) {
                    long value = ScalarLayout.get(reads.segment, at, bytes, order);
                    MappedFaults.raise(value);
                    return value;
                }
                MappedFaults.raise();
            } catch (InternalError pageNotThere) {
                // The general path names the fault.
                return MemoryView.super.readUnsigned(address, bytes);
            }
        }
        return readGenerally(address, bytes);
    }

    private long readGenerally(long address, int bytes) {
        MomentPlaces places = moments;
        MomentBlocks moment = places == null ? null : places.ofThread();
        if (moment != null) {
            long target = translator.momentAddress(moment, address, bytes);
            long place = target == SpaceTranslator.NOT_IN_ONE_PAGE ? MomentBlocks.ABSENT : moment.place(target, bytes);
            if (place >= 0) {
                return moment.value(place, bytes, order);
            }
        }
        DirectMap map = direct;
        if (map != null) {
            long target = translator.directAddress(address, bytes);
            if (target != SpaceTranslator.NOT_IN_ONE_PAGE) {
                int range = map.find(target);
                if (range >= 0 && Long.compareUnsigned(map.end(range) - target, bytes) >= 0) {
                    try {
                        long value = ScalarLayout.get(
                                map.segment(range), map.offset(range, target), bytes, properties.byteOrder());
                        MappedFaults.raise(value);
                        return value;
                    } catch (InternalError pageNotThere) {
                        // As above.
                        return MemoryView.super.readUnsigned(address, bytes);
                    }
                }
            }
        }
        return MemoryView.super.readUnsigned(address, bytes);
    }
}
