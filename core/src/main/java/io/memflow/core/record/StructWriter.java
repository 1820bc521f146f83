package io.memflow.core.record;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Writes many structures of one kind as one batch: {@link #begin} some rows, set every field of each by row and slot, then
 * {@link #write}. Bytes between the fields stay as they are. To write some fields of a structure, use a table of those.
 * Where fields share bytes, what was set last counts. Keeps its buffers, so a writer in steady state allocates nothing but
 * what {@link #set} is given. Confined: one thread at a time.
 */
public final class StructWriter {
    private final FieldTable table;
    private final FieldRuns runs;
    private final MemoryBatch batch = new MemoryBatch();
    private MemorySegment bytes = MemorySegment.ofArray(new byte[0]);
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int rows;
    /** Which slots of which rows have a value. */
    private boolean[] set = new boolean[0];

    private boolean[] skipped = new boolean[0];
    private long[] faultAddresses = new long[0];
    private long[] faultLengths = new long[0];
    private long[] missing = new long[0];
    private Fault[] faults = new Fault[0];

    /** A writer of no rows yet. */
    public StructWriter(FieldTable table) {
        this.table = table;
        runs = new FieldRuns(table);
    }

    public FieldTable fields() {
        return table;
    }

    /** Rows that fit into one write. */
    public int rowLimit() {
        int widest = Math.max(
                Math.max(table.packedBytes(), runs.count()), table.fields().size());
        return Integer.MAX_VALUE / 2 / widest;
    }

    /**
     * Starts over with rows of which nothing is set.
     *
     * @param byteOrder that of the view which they will be written to
     * @param count rows, at most {@link #rowLimit()}
     */
    public void begin(ByteOrder byteOrder, int count) {
        if (count < 0 || count > rowLimit()) {
            throw new IllegalArgumentException(count + " rows do not fit into one write of up to " + rowLimit());
        }
        order = byteOrder;
        rows = count;
        int needed = count * table.packedBytes();
        if (bytes.byteSize() < needed) {
            bytes = MemorySegment.ofArray(new byte[needed]);
        }
        if (skipped.length < count) {
            set = new boolean[count * table.fields().size()];
            skipped = new boolean[count];
            faultAddresses = new long[count];
            faultLengths = new long[count];
            missing = new long[count];
            faults = new Fault[count];
        }
        Arrays.fill(set, 0, count * table.fields().size(), false);
        Arrays.fill(skipped, 0, count, false);
        Arrays.fill(faults, 0, count, Fault.NONE);
        Arrays.fill(missing, 0, count, 0);
    }

    /** Rows of this write. */
    public int rows() {
        return rows;
    }

    /**
     * Sets an integer or pointer.
     *
     * @throws io.memflow.core.error.MemflowException when the field cannot hold it
     */
    public void setLong(int row, int slot, long value) {
        if (!(type(slot) instanceof FieldType.Scalar scalar)) {
            throw new IllegalArgumentException(table.fields().get(slot) + " is no scalar");
        }
        FieldEncoder.integer(scalar, value, bytes, position(row, slot), order);
        set[index(row, slot)] = true;
    }

    /** Sets a floating-point number, of a FLOAT the nearest. */
    public void setDouble(int row, int slot, double value) {
        if (!(type(slot) instanceof FieldType.Scalar scalar)) {
            throw new IllegalArgumentException(table.fields().get(slot) + " is no scalar");
        }
        FieldEncoder.floating(scalar, value, bytes, position(row, slot), order);
        set[index(row, slot)] = true;
    }

    /**
     * Sets a field of any kind to an object of its Java type.
     *
     * @throws io.memflow.core.error.MemflowException when the field cannot hold it
     * @throws IllegalArgumentException when it is of another type, or an array of another length
     */
    public void set(int row, int slot, Object value) {
        FieldEncoder.value(type(slot), value, bytes, position(row, slot), order);
        set[index(row, slot)] = true;
    }

    /** Leaves a row out: nothing of it will be written. */
    public void skip(int row) {
        skipped[check(row)] = true;
    }

    /**
     * Writes every row that is not skipped.
     *
     * @param structures addresses, of which {@code first} belongs to row 0
     * @throws IllegalStateException when a field was not set; nothing is written then
     * @throws IllegalArgumentException when the view has another byte order than the rows were begun with
     */
    public void write(MemoryView view, long[] structures, int first) {
        Objects.checkFromIndexSize(first, rows, structures.length);
        if (view.properties().byteOrder() != order) {
            throw new IllegalArgumentException("the rows are %s, the view is %s"
                    .formatted(order, view.properties().byteOrder()));
        }
        batch.clear();
        for (int row = 0; row < rows; row++) {
            requireSet(row);
            addRow(row, structures[first + row]);
        }
        view.write(batch);
        noteFaults();
        batch.clear();
    }

    /** As {@link #write(MemoryView, long[], int)}, from the first address on. */
    public void write(MemoryView view, long[] structures) {
        write(view, structures, 0);
    }

    private void requireSet(int row) {
        for (int slot = 0; slot < table.fields().size(); slot++) {
            if (!skipped[row] && !set[index(row, slot)]) {
                throw new IllegalStateException("row %d has no value for the field \"%s\""
                        .formatted(row, table.fields().get(slot).name()));
            }
        }
    }

    /** As many requests to each row, so that a request's number tells its row. */
    private void addRow(int row, long address) {
        boolean wraps = !skipped[row] && Address.overflows(address, table.bytes());
        if (wraps) {
            note(row, address, table.bytes(), Fault.ADDRESS_OVERFLOW);
            missing[row] = runs.bytes();
        }
        for (int run = 0; run < runs.count(); run++) {
            long position = (long) row * table.packedBytes() + runs.position(run);
            batch.add(address + runs.offset(run), bytes, position, wraps || skipped[row] ? 0 : runs.length(run));
        }
    }

    private void noteFaults() {
        for (int i = 0; i < batch.faultCount(); i++) {
            int request = batch.faultRequest(i);
            int row = request / runs.count();
            long address = batch.address(request) + batch.faultOffset(i);
            missing[row] += batch.faultLength(i);
            if (faults[row] == Fault.NONE || Address.below(address, faultAddresses[row])) {
                note(row, address, batch.faultLength(i), batch.faultCause(i));
            }
        }
    }

    private void note(int row, long address, long length, Fault cause) {
        faults[row] = cause;
        faultAddresses[row] = address;
        faultLengths[row] = length;
    }

    /** After a write: {@link Fault#NONE} when every field of the row was written; otherwise the cause at the lowest address. */
    public Fault fault(int row) {
        return faults[check(row)];
    }

    /** Bytes of a row's fields that the last write wrote. */
    public long writtenBytes(int row) {
        return skipped[check(row)] ? 0 : runs.bytes() - missing[row];
    }

    /**
     * What of a row that has a fault was not written, at the lowest address.
     *
     * @throws IllegalStateException when the row has none
     */
    public Gap gap(int row) {
        if (fault(row) == Fault.NONE) {
            throw new IllegalStateException("row " + row + " was written whole");
        }
        // A structure that wraps around has no range.
        long length =
                Address.overflows(faultAddresses[row], faultLengths[row]) ? -faultAddresses[row] : faultLengths[row];
        return new Gap(new AddressRange(faultAddresses[row], length), faults[row]);
    }

    private FieldType type(int slot) {
        return table.fields().get(slot).type();
    }

    private long position(int row, int slot) {
        return (long) check(row) * table.packedBytes() + table.packedPosition(slot);
    }

    private int index(int row, int slot) {
        return row * table.fields().size() + slot;
    }

    private int check(int row) {
        return Objects.checkIndex(row, rows);
    }
}
