package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;

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

    void check() {
        check(memory);
        try (PhysicalMemory mapped = memory.mapped()) {
            check(mapped);
        }
    }

    private void check(PhysicalMemory tables) {
        Translation out = new Translation();
        long masked = new AddressSpace.Tree(format, root).root();
        boolean translated = new PageTableWalker(tables, format).translate(masked, virtual, out);
        assertThat(out.fault()).isEqualTo(fault);
        assertThat(translated).isEqualTo(fault == Fault.NONE);
        assertThat(out.level()).as("level").isEqualTo(level);
        assertThat(out.pageSize()).as("page size").isEqualTo(size);
        if (translated) {
            assertThat(out.physical()).as("physical").isEqualTo(physical);
            assertThat(PageTypes.of(out.pageType())).isEqualTo(PageTypes.of(flags));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
