package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import io.memflow.core.cache.CachedTranslation;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A list of virtual addresses to translate together, and where each of them leads. Filled, handed to
 * {@link PageTableWalker#translate(AddressSpace.Tree, TranslationList)}, read, then reused: a list that has grown to its
 * size allocates nothing more. Addresses may come in any order and more than once.
 *
 * <p>Confined: one thread at a time.
 */
public final class TranslationList {
    private static final int INITIAL_CAPACITY = 64;

    // An outcome is packed: flags of the page type, log2 of the bytes it holds for, level, fault.
    private static final int SIZE_SHIFT = PageType.BITS;
    private static final int SIZE_MASK = 0x7F;
    private static final int LEVEL_SHIFT = SIZE_SHIFT + 7;
    private static final int LEVEL_MASK = 0xF;
    private static final int FAULT_SHIFT = LEVEL_SHIFT + 4;

    int size;
    long upper;
    long[] virtuals;
    long[] physicals;
    /** Bits 64 to 127 of the physical addresses; only kept for formats that have them. */
    long[] physicalUppers = new long[0];

    int[] outcomes;

    // The way to the address translated last in mapped tables: the table of each level down to the lowest known, what
    // the
    // entries above it said, and the address itself.
    final long[] pathTables = new long[PagingFormat.MAX_LEVELS];
    final int[] pathFlags = new int[PagingFormat.MAX_LEVELS];
    int pathKnown;
    long pathVirtual;

    /** Which read of the current level each address waits for; only used on memory without direct access. */
    int[] reads = new int[0];

    /** Room for the entries of one level: two words each. */
    long[] entries = new long[0];

    MemorySegment entryBytes = MemorySegment.ofArray(entries);
    final MemoryBatch entryReads = new MemoryBatch(1);
    private int[] remembered = new int[0];
    private @Nullable TranslationList rest;
    private @Nullable TranslationList misses;
    final CachedTranslation cached = new CachedTranslation();

    public TranslationList() {
        this(INITIAL_CAPACITY);
    }

    /**
     * An empty list.
     *
     * @param capacity addresses it holds before it has to grow
     */
    public TranslationList(int capacity) {
        virtuals = new long[capacity];
        physicals = new long[capacity];
        outcomes = new int[capacity];
    }

    /** Forgets all addresses and outcomes but keeps the room. */
    public void clear() {
        size = 0;
        upper = 0;
    }

    /** Sets bits 64 to 127 of every virtual address, past and to come, until {@link #clear()}. */
    public void upper(long word) {
        upper = word;
    }

    /** Bits 64 to 127 of every virtual address. */
    public long upper() {
        return upper;
    }

    /**
     * Adds an address.
     *
     * @return its index
     */
    public int add(long virtual) {
        if (size == virtuals.length) {
            grow(Math.max(INITIAL_CAPACITY, size * 2));
        }
        virtuals[size] = virtual;
        return size++;
    }

    /** Adds addresses from an array. */
    public void addAll(long[] source, int from, int count) {
        if (virtuals.length - size < count) {
            grow(Math.max(size + count, size * 2));
        }
        System.arraycopy(source, from, virtuals, size, count);
        size += count;
    }

    public int size() {
        return size;
    }

    public long virtual(int index) {
        return virtuals[index];
    }

    /** Whether the address translates. */
    public boolean isMapped(int index) {
        return faultCodeOf(outcomes[index]) == 0;
    }

    /** {@link Fault#NONE} when the address translates. */
    public Fault fault(int index) {
        return Fault.ofCode(faultCodeOf(outcomes[index]));
    }

    /** The physical address, its low 64 bits; only meaningful without a fault. */
    public long physical(int index) {
        return physicals[index];
    }

    /** Bits 64 to 127 of the physical address. */
    public long physicalUpper(int index) {
        return index < physicalUppers.length ? physicalUppers[index] : 0;
    }

    /** Flags of {@link PageType}, combined over the levels; only meaningful without a fault. */
    public int pageType(int index) {
        return pageTypeOf(outcomes[index]);
    }

    /** As {@link Translation#pageSize()}. */
    public long pageSize(int index) {
        return sizeOf(outcomes[index]);
    }

    /** The level, 1 being the last, whose entry ended the walk. */
    public int level(int index) {
        return levelOf(outcomes[index]);
    }

    /** How many addresses translate. */
    public int mappedCount() {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += isMapped(i) ? 1 : 0;
        }
        return count;
    }

    /** {@link Fault#code} of an outcome. */
    static int faultCodeOf(int outcome) {
        return outcome >>> FAULT_SHIFT;
    }

    static int pageTypeOf(int outcome) {
        return outcome & (1 << PageType.BITS) - 1;
    }

    static long sizeOf(int outcome) {
        int sizeBits = outcome >>> SIZE_SHIFT & SIZE_MASK;
        return sizeBits < Long.SIZE ? 1L << sizeBits : 0;
    }

    static int levelOf(int outcome) {
        return outcome >>> LEVEL_SHIFT & LEVEL_MASK;
    }

    static int outcome(Fault fault, int level, int sizeBits, int pageType) {
        return fault.code() << FAULT_SHIFT | level << LEVEL_SHIFT | sizeBits << SIZE_SHIFT | pageType;
    }

    void end(int index, Fault fault, int level, int sizeBits, int pageType) {
        outcomes[index] = outcome(fault, level, sizeBits, pageType);
    }

    /**
     * Forgets the way to the last address.
     *
     * @param virtual any address that the root serves: addresses that share its high bits are taken as served too
     */
    void startPath(long root, long virtual) {
        pathTables[0] = root;
        pathFlags[0] = 0;
        pathKnown = 0;
        pathVirtual = virtual;
    }

    /** Whether an outcome is one already, and not just flags gathered on the way down: every outcome has a level. */
    static boolean isEnded(int outcome) {
        return (outcome >>> LEVEL_SHIFT) != 0;
    }

    void needUppers() {
        if (physicalUppers.length < size) {
            physicalUppers = new long[virtuals.length];
        }
    }

    /** All physical addresses of this run have 64 bits. */
    void forgetUppers() {
        if (physicalUppers.length != 0) {
            Arrays.fill(physicalUppers, 0);
        }
    }

    /** Makes room for what the level-by-level form keeps of every address. */
    void needReads() {
        if (reads.length < size) {
            reads = new int[virtuals.length];
            entries = new long[2 * virtuals.length];
            entryBytes = MemorySegment.ofArray(entries);
        }
    }

    /** A list for those addresses that a space's other tree has to translate. */
    TranslationList rest() {
        TranslationList list = rest;
        if (list == null) {
            list = new TranslationList();
            rest = list;
        }
        return list;
    }

    /** A list for those addresses that a cache does not know. */
    TranslationList misses() {
        TranslationList list = misses;
        if (list == null) {
            list = new TranslationList();
            misses = list;
        }
        return list;
    }

    /** Takes over the outcomes of addresses that were not canonical here, in their order. */
    void takeUncanonical(TranslationList other) {
        int taken = 0;
        for (int i = 0; i < size; i++) {
            if (fault(i) == Fault.NOT_CANONICAL) {
                take(i, other, taken);
                taken++;
            }
        }
    }

    /** Takes over the outcome of one address of another list. */
    void take(int index, TranslationList other, int otherIndex) {
        set(index, other.physicalUpper(otherIndex), other.physicals[otherIndex], other.outcomes[otherIndex]);
    }

    /** Sets where an address leads. */
    void set(int index, long physicalUpper, long physical, int outcome) {
        physicals[index] = physical;
        outcomes[index] = outcome;
        if (index < physicalUppers.length) {
            physicalUppers[index] = physicalUpper;
        } else if (physicalUpper != 0) {
            physicalUppers = Arrays.copyOf(physicalUppers, virtuals.length);
            physicalUppers[index] = physicalUpper;
        }
    }

    /** log2 of {@link #pageSize}. */
    int sizeBits(int index) {
        return outcomes[index] >>> SIZE_SHIFT & SIZE_MASK;
    }

    /** A table of read numbers by entry address; what stands in it is checked before it is believed. */
    int[] rememberedReads(int slots) {
        if (remembered.length < slots) {
            remembered = new int[slots];
        }
        return remembered;
    }

    private void grow(int capacity) {
        virtuals = Arrays.copyOf(virtuals, capacity);
        physicals = Arrays.copyOf(physicals, capacity);
        outcomes = Arrays.copyOf(outcomes, capacity);
    }
}
