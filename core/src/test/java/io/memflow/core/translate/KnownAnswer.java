package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;

/**
 * One address with entries written out by hand and the outcome that the architecture's manual gives for them. Checked with
 * tables read in place and by requests.
 */
final class KnownAnswer {
    private final String name;
    private final PagingFormat format;
    private final FrameMemory memory = new FrameMemory();
    private long root;
    private long virtual;

    private Fault fault = Fault.NONE;
    private long physical;
    private long size;
    private int level;
    private int flags;

    private KnownAnswer(String name, PagingFormat format) {
        this.name = name;
        this.format = format;
    }

    static KnownAnswer of(String name, PagingFormat format) {
        return new KnownAnswer(name, format);
    }

    KnownAnswer root(long address) {
        root = address;
        return this;
    }

    /** Puts an entry at a physical address. */
    KnownAnswer entry(long address, long value) {
        memory.put(address, value, format.entryBytes());
        return this;
    }

    /** The address to translate. */
    KnownAnswer at(long address) {
        virtual = address;
        return this;
    }

    KnownAnswer maps(long toPhysical, long pageSize, int atLevel, int pageType) {
        physical = toPhysical;
        size = pageSize;
        level = atLevel;
        flags = pageType;
        return this;
    }

    /** The walk ends without a page. */
    KnownAnswer faults(Fault cause, int atLevel, long span) {
        fault = cause;
        level = atLevel;
        size = span;
        return this;
    }

    /** No address of the tree. */
    KnownAnswer notCanonical() {
        return faults(Fault.NOT_CANONICAL, 1, format.pageSize());
    }

    void check() {
        check(memory);
        try (PhysicalMemory mapped = memory.mapped()) {
            check(mapped);
        }
    }

    /** One address, a list of it and others, and a walk over it must agree. */
    private void check(PhysicalMemory tables) {
        AddressSpace.Tree tree = new AddressSpace.Tree(format, root);
        PageTableWalker walker = new PageTableWalker(tables, format);
        Translation out = new Translation();
        boolean translated = walker.translate(tree.root(), virtual, out);
        assertThat(out.fault()).isEqualTo(fault);
        assertThat(translated).isEqualTo(fault == Fault.NONE);
        assertThat(out.level()).as("level").isEqualTo(level);
        assertThat(out.pageSize()).as("page size").isEqualTo(size);
        if (translated) {
            assertThat(out.physical()).as("physical").isEqualTo(physical);
            assertThat(PageTypes.of(out.pageType())).isEqualTo(PageTypes.of(flags));
        }
        checkList(walker, tree);
        checkWalk(walker, tree);
    }

    private void checkList(PageTableWalker walker, AddressSpace.Tree tree) {
        TranslationList list = new TranslationList();
        for (long other : new long[] {virtual, ~virtual, virtual ^ 0x1000, virtual, 0, virtual}) {
            list.add(other);
        }
        walker.translate(tree, list);
        for (int i = 0; i < list.size(); i++) {
            if (list.virtual(i) == virtual) {
                assertThat(list.fault(i)).as("in a list").isEqualTo(fault);
                assertThat(list.level(i)).as("level in a list").isEqualTo(level);
                assertThat(list.pageSize(i)).as("page size in a list").isEqualTo(size);
                if (fault == Fault.NONE) {
                    assertThat(list.physical(i)).as("physical in a list").isEqualTo(physical);
                    assertThat(PageTypes.of(list.pageType(i))).isEqualTo(PageTypes.of(flags));
                }
            }
        }
    }

    /** A walk over the one address. It knows no tags, so it is given the address without. */
    private void checkWalk(PageTableWalker walker, AddressSpace.Tree tree) {
        if (fault == Fault.NOT_CANONICAL || (tree.format().addressBits() == Integer.SIZE && virtual >>> 32 != 0)) {
            return;
        }
        int tag = format.ignoredTopBits();
        long address = virtual << tag >> tag;
        StringBuilder found = new StringBuilder();
        new PageTableWalk(walker).walk(tree, address, address, PageTableWalk.Holes.REPORT, new MappingSink() {
            @Override
            public boolean mapping(long at, long toPhysical, long length, int pageType, long pageSize) {
                found.append(line(at, toPhysical, length, pageType, pageSize));
                return true;
            }

            @Override
            public boolean missing(long at, long length, Fault cause, int atLevel) {
                found.append(line(at, 0, length, atLevel, 0)).append(cause);
                return true;
            }
        });
        assertThat(found)
                .hasToString(
                        fault == Fault.NONE
                                ? line(address, physical, 1, flags, size)
                                : line(address, 0, 1, level, 0) + fault);
    }

    private static String line(long at, long toPhysical, long length, int pageType, long pageSize) {
        return "0x%x to 0x%x, %d bytes, %x, page 0x%x ".formatted(at, toPhysical, length, pageType, pageSize);
    }

    @Override
    public String toString() {
        return name;
    }
}
