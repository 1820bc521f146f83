package io.memflow.core.record;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads many structures of one kind as one batch and gives their fields by row and slot, without an object per row. The
 * rows are those of the last read. Keeps its buffers, so a reader in steady state allocates nothing. Confined: one thread
 * at a time.
 */
public final class StructReader {
    /** Stands in until the first read. */
    private static final ViewProperties NOTHING = new ViewProperties(
            AddressKind.PHYSICAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);

    private final FieldTable table;
    private final MemoryBatch batch = new MemoryBatch();
    private MemorySegment bytes = MemorySegment.ofArray(new byte[0]);
    private int rows;
    private long[] addresses = new long[0];
    private Fault[] faults = new Fault[0];
    private long[] faultAddresses = new long[0];
    private long[] faultLengths = new long[0];
    private ViewProperties properties;

    /** A reader of no rows yet. */
    public StructReader(FieldTable table) {
        this.table = table;
        properties = NOTHING;
    }

    public FieldTable fields() {
        return table;
    }

    /** Rows that fit into one read. */
    public int rowLimit() {
        return Integer.MAX_VALUE / 2 / Math.max(table.packedBytes(), table.pieceCount());
    }

    /** Reads one structure at each address. */
    public void read(MemoryView view, long[] structures) {
        read(view, structures, 0, structures.length);
    }

    /**
     * Reads one structure at each of some addresses.
     *
     * @param first index of the first address, which becomes row 0
     * @param count addresses, at most {@link #rowLimit()}
     */
    public void read(MemoryView view, long[] structures, int first, int count) {
        if (count > rowLimit()) {
            throw new IllegalArgumentException(count + " rows are more than fit into one read: " + rowLimit());
        }
        reserve(count);
        System.arraycopy(structures, first, addresses, 0, count);
        rows = count;
        properties = view.properties();
        batch.clear();
        for (int row = 0; row < count; row++) {
            addRow(row);
        }
        view.read(batch);
        noteFaults();
        batch.clear();
    }

    private void reserve(int count) {
        long needed = (long) count * table.packedBytes();
        if (bytes.byteSize() < needed) {
            bytes = MemorySegment.ofArray(new byte[(int) needed]);
        }
        if (addresses.length < count) {
            addresses = new long[count];
            faults = new Fault[count];
            faultAddresses = new long[count];
            faultLengths = new long[count];
        }
        Arrays.fill(faults, 0, count, Fault.NONE);
    }

    /** As many requests to each row, so that a request's number tells its row. */
    private void addRow(int row) {
        long address = addresses[row];
        long position = (long) row * table.packedBytes();
        boolean wraps = Address.overflows(address, table.bytes());
        if (wraps) {
            note(row, address, table.bytes(), Fault.ADDRESS_OVERFLOW);
        }
        for (int piece = 0; piece < table.pieceCount(); piece++) {
            int length = table.pieceLength(piece);
            // Of a structure that wraps around nothing is asked for.
            batch.add(address + table.pieceOffset(piece), bytes, position, wraps ? 0 : length);
            position += length;
        }
    }

    private void noteFaults() {
        for (int i = 0; i < batch.faultCount(); i++) {
            int request = batch.faultRequest(i);
            int row = request / table.pieceCount();
            long address = batch.address(request) + batch.faultOffset(i);
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

    /** Rows of the last read. */
    public int rows() {
        return rows;
    }

    public long address(int row) {
        return addresses[check(row)];
    }

    /** {@link Fault#NONE} when every field of the row was read; otherwise the cause at the lowest address. */
    public Fault fault(int row) {
        return faults[check(row)];
    }

    /**
     * What is missing of a row that has a fault, at the lowest address.
     *
     * @throws IllegalStateException when the row has none
     */
    public Gap gap(int row) {
        if (fault(row) == Fault.NONE) {
            throw new IllegalStateException("row " + row + " was read whole");
        }
        // A structure that wraps around has no range.
        long length =
                Address.overflows(faultAddresses[row], faultLengths[row]) ? -faultAddresses[row] : faultLengths[row];
        return new Gap(new AddressRange(faultAddresses[row], length), faults[row]);
    }

    /**
     * An integer or pointer, extended as its type says.
     *
     * @throws MemoryAccessException when the row has a fault
     */
    public long getLong(int row, int slot) {
        return FieldDecoder.integer(scalar(slot), bytes, position(row, slot), properties.byteOrder());
    }

    /** An integer or pointer that fits into 32 bits, see {@link #getLong(int, int)}. */
    public int getInt(int row, int slot) {
        return Math.toIntExact(getLong(row, slot));
    }

    /**
     * A floating-point number.
     *
     * @throws MemoryAccessException when the row has a fault
     */
    public double getDouble(int row, int slot) {
        return FieldDecoder.floating(scalar(slot), bytes, position(row, slot), properties.byteOrder());
    }

    /**
     * An element of an array of integers or pointers.
     *
     * @throws MemoryAccessException when the row has a fault
     */
    public long getLong(int row, int slot, int index) {
        return FieldDecoder.integer(element(slot), bytes, position(row, slot, index), properties.byteOrder());
    }

    /**
     * An element of an array of floating-point numbers.
     *
     * @throws MemoryAccessException when the row has a fault
     */
    public double getDouble(int row, int slot, int index) {
        return FieldDecoder.floating(element(slot), bytes, position(row, slot, index), properties.byteOrder());
    }

    /**
     * A field of any kind as an object.
     *
     * @throws MemoryAccessException when the row has a fault
     */
    public Object get(int row, int slot) {
        return FieldDecoder.value(type(slot), bytes, position(row, slot), properties.byteOrder());
    }

    private FieldType type(int slot) {
        return table.fields().get(slot).type();
    }

    private FieldType.Scalar scalar(int slot) {
        if (type(slot) instanceof FieldType.Scalar scalar) {
            return scalar;
        }
        throw new IllegalArgumentException(table.fields().get(slot) + " is no scalar");
    }

    private FieldType.Scalar element(int slot) {
        if (type(slot) instanceof FieldType.Array array) {
            return array.element();
        }
        throw new IllegalArgumentException(table.fields().get(slot) + " is no array");
    }

    private long position(int row, int slot, int index) {
        FieldType.Scalar element = element(slot);
        return position(row, slot)
                + (long) Objects.checkIndex(index, type(slot).bytes() / element.bytes()) * element.bytes();
    }

    private long position(int row, int slot) {
        if (faults[check(row)] != Fault.NONE) {
            throw new MemoryAccessException(properties.kind(), faultAddresses[row], faultLengths[row], faults[row]);
        }
        return (long) row * table.packedBytes() + table.packedPosition(slot);
    }

    private int check(int row) {
        return Objects.checkIndex(row, rows);
    }
}
