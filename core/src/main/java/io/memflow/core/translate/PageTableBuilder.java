package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.address.PageType;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.AddressField;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.EntryRule;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.PagingLevel;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Writes page tables of any {@link PagingFormat} into physical memory, for tests, benchmarks and made-up machines. What a
 * format's rules cannot say is refused, never approximated.
 *
 * <p>Confined to one thread.
 */
public final class PageTableBuilder {
    private static final int ZERO_CHUNK = 1 << 16;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final MemorySegment zeros = MemorySegment.ofArray(new byte[ZERO_CHUNK]);
    private final MemorySegment scratch = MemorySegment.ofArray(new long[2]);
    private final MemoryBatch transfer = new MemoryBatch(1);
    private final Map<PagingFormat, Writer> writers = new HashMap<>();
    private long tableBytes;

    private record Writer(PagingFormat format, EntryEncoder encoder) {}

    /** A virtual or physical address of up to 128 bits. */
    private record Wide(long upper, long lower) {
        Wide plus(long bytes) {
            long sum = lower + bytes;
            return new Wide(Address.below(sum, lower) ? upper + 1 : upper, sum);
        }

        @Override
        public String toString() {
            return upper == 0 ? Address.format(lower) : "%s%016x".formatted(Address.format(upper), lower);
        }
    }

    /**
     * A builder that has written nothing yet.
     *
     * @param memory where tables are written
     * @param frames where tables may lie
     */
    public PageTableBuilder(PhysicalMemory memory, FrameAllocator frames) {
        this.memory = memory;
        this.frames = frames;
    }

    /** Bytes of all tables written so far. */
    public long tableBytes() {
        return tableBytes;
    }

    /**
     * Makes an empty tree.
     *
     * @throws MemflowException when no memory is left, or only where a root of that format cannot lie
     */
    public AddressSpace.Tree newTree(PagingFormat format) {
        Wide root = newTable(writer(format), 0);
        AddressSpace.Tree tree = new AddressSpace.Tree(format, root.lower, root.upper);
        if (tree.root() != root.lower) {
            throw refused(
                    "A root table of %s cannot lie at %s; give frames lower in memory.".formatted(format.name(), root));
        }
        return tree;
    }

    /**
     * The page sizes of a format in bytes, ascending. A size that takes a run of equal entries counts as one; a size that
     * is only a hint in ordinary entries ({@link PageType#CONTIGUOUS}) does not.
     */
    public static SortedSet<Long> pageSizes(PagingFormat format) {
        SortedSet<Long> sizes = new TreeSet<>();
        for (PagingLevel level : format.levels()) {
            for (EntryRule rule : level.rules()) {
                if (rule.kind() == EntryRule.Kind.PAGE && rule.sizeBits() < Long.SIZE - 1) {
                    sizes.add(1L << rule.sizeBits());
                }
            }
        }
        return sizes;
    }

    /**
     * The page type nearest to the wanted one that pages of this size can have, permissions counting most.
     *
     * @param pageType any of {@link PageType}'s writable, user, global, dirty, accessed, contiguous, no-read and the
     *     no-execute flags
     * @throws MemflowException when the format has no pages of that size
     */
    public int nearest(PagingFormat format, long pageSize, int pageType) {
        return page(format, pageSize, pageType).pageType() & EntryEncoder.ASKED;
    }

    /**
     * Maps one page in a space of at most 64 bits.
     *
     * @param virtual first address of the page
     * @param physical where it lies
     * @param pageSize bytes, one of {@link #pageSizes}
     * @param pageType exactly those flags of writable, user, global, dirty, accessed, contiguous, no-read and the
     *     no-execute ones that a translation shall report; the others of {@link PageType} follow from them
     * @throws MemflowException when the format cannot express it, the addresses are not aligned to the page, something is
     *     mapped there already, or no memory is left for tables
     */
    public void map(AddressSpace.Tree tree, long virtual, long physical, long pageSize, int pageType) {
        map(tree, 0, virtual, 0, physical, pageSize, pageType);
    }

    /** As the other {@code map}, with bits 64 to 127 of both addresses. */
    public void map(
            AddressSpace.Tree tree,
            long virtualUpper,
            long virtual,
            long physicalUpper,
            long physical,
            long pageSize,
            int pageType) {
        Wide page = new Wide(virtualUpper, virtual);
        Wide frame = new Wide(physicalUpper, physical);
        EntryEncoder.Form form = page(tree.format(), pageSize, pageType);
        Writer writer = writer(tree.format());
        String name = tree.format().name();
        if ((form.pageType() & EntryEncoder.ASKED) != (pageType & EntryEncoder.ASKED)) {
            throw refused("%s has no page of %s bytes with page type 0x%x; the nearest is 0x%x."
                    .formatted(name, pageSize, pageType & EntryEncoder.ASKED, form.pageType() & EntryEncoder.ASKED));
        }
        if (!tree.format().isCanonical(virtualUpper, virtual)) {
            throw refused("%s does not translate %s.".formatted(name, page));
        }
        long entry = writer.encoder.encode(form, physicalUpper, physical).orElse(0L);
        boolean aligned = Address.isAligned(virtual, pageSize) && Address.isAligned(physical, pageSize);
        if (!aligned || entry == 0) {
            throw refused("%s cannot map a page of %s bytes from %s to %s.".formatted(name, pageSize, page, frame));
        }
        long step = 1L << level(writer, form.level()).shift();
        for (Wide at = page; Address.below(at.lower - virtual, pageSize); at = at.plus(step)) {
            put(
                    tree,
                    writer,
                    form.level(),
                    at,
                    entry,
                    physicalUpper & form.rule().upperMask());
        }
    }

    /**
     * Copies an entry of one root into another, so that two trees share everything below it, as operating systems share
     * their kernel's half.
     *
     * @param virtual an address in the part to share; the part is what one entry of the root spans
     * @throws MemflowException when the first tree has nothing there, the other has something already, or their formats
     *     differ
     */
    public void share(AddressSpace.Tree from, AddressSpace.Tree to, long virtual) {
        Writer writer = writer(from.format());
        Wide address = new Wide(0, virtual);
        long offset = slot(writer, 0, address);
        read(from.rootUpper(), from.root() + offset, writer);
        long low = scratch.get(ScalarLayout.LONG_LITTLE, 0);
        long high = scratch.get(ScalarLayout.LONG_LITTLE, Long.BYTES);
        if (!from.format().equals(to.format()) || writer.encoder.rule(0, low).isEmpty()) {
            throw refused("The tree at %s has nothing for %s that the one at %s could share."
                    .formatted(Address.format(from.root()), address, Address.format(to.root())));
        }
        putAt(writer, 0, new Wide(to.rootUpper(), to.root() + offset), address, low, high);
    }

    private Writer writer(PagingFormat format) {
        return writers.computeIfAbsent(format, made -> new Writer(made, new EntryEncoder(made)));
    }

    private EntryEncoder.Form page(PagingFormat format, long pageSize, int pageType) {
        return writer(format)
                .encoder
                .page(pageSize, pageType)
                .orElseThrow(() -> refused("%s has no pages of %s bytes; it has %s."
                        .formatted(format.name(), pageSize, pageSizes(format))));
    }

    /** Writes an entry of that level, making the tables on the way. */
    private void put(AddressSpace.Tree tree, Writer writer, int level, Wide virtual, long entry, long high) {
        Wide table = new Wide(tree.rootUpper(), tree.root());
        for (int i = 0; i < level; i++) {
            long at = table.lower + slot(writer, i, virtual);
            read(table.upper, at, writer);
            long held = scratch.get(ScalarLayout.LONG_LITTLE, 0);
            Optional<EntryRule> rule = writer.encoder.rule(i, held);
            if (rule.isEmpty()) {
                Wide next = newTable(writer, i + 1);
                putAt(writer, i, new Wide(table.upper, at), virtual, tableEntry(writer, i, next), next.upper);
                table = next;
            } else if (rule.get().kind() == EntryRule.Kind.TABLE) {
                long upper = scratch.get(ScalarLayout.LONG_LITTLE, Long.BYTES)
                        & rule.get().upperMask();
                table = new Wide(upper, rule.get().physical(held));
            } else {
                throw taken(writer, virtual);
            }
        }
        long at = table.lower + slot(writer, level, virtual);
        putAt(writer, level, new Wide(table.upper, at), virtual, entry, high);
    }

    private static long tableEntry(Writer writer, int level, Wide table) {
        return writer.encoder
                .table(level)
                .flatMap(form -> writer.encoder.encode(form, table.upper, table.lower))
                .orElseThrow(() -> refused("An entry of %s cannot name a table at %s; give frames lower in memory."
                        .formatted(writer.format.name(), table)));
    }

    private void putAt(Writer writer, int level, Wide at, Wide virtual, long low, long high) {
        read(at.upper, at.lower, writer);
        if (writer.encoder.rule(level, scratch.get(ScalarLayout.LONG_LITTLE, 0)).isPresent()) {
            throw taken(writer, virtual);
        }
        scratch.set(ScalarLayout.LONG_LITTLE, 0, low);
        scratch.set(ScalarLayout.LONG_LITTLE, Long.BYTES, high);
        write(at.upper, at.lower, scratch, writer.format.entryBytes());
    }

    private static PagingLevel level(Writer writer, int level) {
        return writer.format.levels().get(level);
    }

    /** Where in its table the entry for an address lies. */
    private static long slot(Writer writer, int level, Wide virtual) {
        PagingLevel at = level(writer, level);
        long index = WideWord.bitsFrom(virtual.upper, virtual.lower, at.shift()) & (1L << at.indexBits()) - 1;
        return index * writer.format.entryBytes();
    }

    private Wide newTable(Writer writer, int level) {
        long bytes = (long) writer.format.entryBytes() << level(writer, level).indexBits();
        long holder = level == 0 ? Long.lowestOneBit(writer.format.rootMask()) : alignment(writer, level - 1);
        long aligned = Math.max(bytes, holder);
        Wide table = new Wide(frames.upper(), frames.allocate(aligned));
        for (long done = 0; done < bytes; done += ZERO_CHUNK) {
            write(table.upper, table.lower + done, zeros, Math.min(ZERO_CHUNK, bytes - done));
        }
        tableBytes += bytes;
        return table;
    }

    /** What the entries that name a table can say of its address at the finest. */
    private static long alignment(Writer writer, int level) {
        long bits = 0;
        for (EntryRule rule : level(writer, level).rules()) {
            if (rule.kind() == EntryRule.Kind.TABLE) {
                for (AddressField field : rule.address()) {
                    bits |= field.addressMask();
                }
            }
        }
        return Long.lowestOneBit(bits);
    }

    private void read(long upper, long address, Writer writer) {
        scratch.fill((byte) 0);
        transfer.clear();
        transfer.upper(upper);
        transfer.add(address, scratch, 0, writer.format.entryBytes(), PageType.PAGE_TABLE);
        memory.read(transfer);
        check(address);
    }

    private void write(long upper, long address, MemorySegment bytes, long length) {
        transfer.clear();
        transfer.upper(upper);
        transfer.add(address, bytes, 0, length, PageType.PAGE_TABLE);
        memory.write(transfer);
        check(address);
    }

    private void check(long address) {
        if (transfer.faultCount() != 0) {
            Fault cause = transfer.faultCause(0);
            throw new MemoryAccessException(AddressKind.PHYSICAL, address, transfer.length(0), cause);
        }
    }

    private static MemflowException taken(Writer writer, Wide virtual) {
        return new MemflowException(
                ErrorOrigin.MMU,
                ErrorKind.ALREADY_EXISTS,
                "The tables of %s already hold something for %s.".formatted(writer.format.name(), virtual));
    }

    private static MemflowException refused(String message) {
        return new MemflowException(ErrorOrigin.MMU, ErrorKind.NOT_SUPPORTED, message);
    }
}
