package io.memflow.core.translate.property;

import io.memflow.core.paging.AddressField;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.EntryRule;
import io.memflow.core.paging.PagingFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Tables that no operating system makes: they lead back to themselves, or everywhere at once. */
final class HostileTables implements AutoCloseable {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final PagingFormat format;
    final MadeMemory memory;
    /** Bytes from one table to the next. */
    private final int stride;

    final AddressSpace.Tree tree;

    HostileTables(Architecture architecture, PagingFormat format) {
        this.format = format;
        memory = new MadeMemory(architecture.memoryBits(), 0);
        long largest = Long.lowestOneBit(format.rootMask());
        for (int level = 0; level < format.levels().size(); level++) {
            largest = Math.max(
                    largest,
                    (long) format.entryBytes() << format.levels().get(level).indexBits());
        }
        stride = (int) Math.max(largest, 4096);
        tree = new AddressSpace.Tree(format, 0);
    }

    /** How many tables fit below the hole. */
    int room() {
        return (int) (memory.holeStart / stride);
    }

    /** All entries of {@code count} tables name the next one, and those of the last name the first. */
    HostileTables ring(int count) {
        for (int table = 0; table < count; table++) {
            fill(table, entryTo((table + 1) % count));
        }
        return this;
    }

    /** Every entry of every table is present; those of the last level are whatever the one above would be. */
    HostileTables chain() {
        int depth = format.levels().size();
        for (int table = 0; table + 1 < depth; table++) {
            fill(table, entryTo(table + 1));
        }
        SplittableRandom random = new SplittableRandom(depth);
        for (int at = 0; at < stride; at += Long.BYTES) {
            // Some of all kinds, pages among them.
            all().set(LONG, (long) (depth - 1) * stride + at, random.nextLong() | 3);
        }
        return this;
    }

    /** Bytes that mean nothing. */
    HostileTables noise(SplittableRandom random) {
        random.nextBytes(memory.bytes);
        return this;
    }

    private long entryTo(int table) {
        for (EntryRule rule : format.levels().getFirst().rules()) {
            if (rule.kind() == EntryRule.Kind.TABLE) {
                long entry = rule.value();
                for (AddressField field : rule.address()) {
                    entry |= field.encode((long) table * stride) & ~rule.mask();
                }
                return entry;
            }
        }
        throw new AssertionError("the root of " + format.name() + " names no tables");
    }

    private void fill(int table, long entry) {
        for (int at = 0; at < stride; at += format.entryBytes()) {
            long address = (long) table * stride + at;
            if (format.entryBytes() == Integer.BYTES) {
                all().set(INT, address, (int) entry);
            } else {
                all().set(LONG, address, entry);
            }
        }
    }

    private MemorySegment all() {
        return MemorySegment.ofArray(memory.bytes);
    }

    @Override
    public void close() {
        memory.close();
    }
}
