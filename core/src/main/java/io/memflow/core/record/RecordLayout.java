package io.memflow.core.record;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A structure of a target as a Java record: each component bound to an offset. Built once, then used for any number of
 * reads and writes. A write leaves the bytes between the fields as they are.
 *
 * <pre>
 * record Task(int pid, String name, long mm) {}
 *
 * RecordLayout&lt;Task&gt; layout = RecordLayout.of(MethodHandles.lookup(), Task.class)
 *         .field("pid", 0x9a0, FieldType.Scalar.INT)
 *         .field("name", 0xbc8, new FieldType.Text(FieldType.Text.Encoding.UTF_8, 16))
 *         .field("mm", 0x938, FieldType.Scalar.POINTER_64)
 *         .build();
 * </pre>
 *
 * <p>Thread-safe.
 *
 * @param <R> the record's type
 */
public final class RecordLayout<R extends Record> {
    /** Bytes of one batch, beyond which a list is read in several. */
    private static final int LARGEST_BATCH = 64 << 20;

    private final Class<R> type;
    private final FieldTable fields;
    /** The canonical constructor, as a function of an array of its arguments. */
    private final MethodHandle constructor;

    private final RecordComponents components;

    private RecordLayout(Class<R> type, FieldTable fields, MethodHandle constructor, RecordComponents components) {
        this.type = type;
        this.fields = fields;
        this.constructor = constructor;
        this.components = components;
    }

    /**
     * Starts a layout.
     *
     * @param lookup of a class that may call the record's constructor, such as the record's owner
     */
    public static <R extends Record> Builder<R> of(MethodHandles.Lookup lookup, Class<R> type) {
        return new Builder<>(lookup, type);
    }

    public Class<R> recordType() {
        return type;
    }

    /** The fields; a slot is a component's place in the record. */
    public FieldTable fields() {
        return fields;
    }

    /**
     * Reads one structure.
     *
     * @throws MemoryAccessException when one of its fields cannot be read
     */
    public R read(MemoryView view, long address) {
        StructReader reader = new StructReader(fields);
        reader.read(view, new long[] {address});
        return decode(reader, 0);
    }

    /**
     * Reads one structure at each address, all as one batch (of up to 64 MiB, then the next). A structure that cannot be
     * read costs no other.
     *
     * @return one row for each address, in their order
     */
    public List<RecordRow<R>> read(MemoryView view, long[] addresses) {
        StructReader reader = new StructReader(fields);
        List<RecordRow<R>> rows = new ArrayList<>(addresses.length);
        int step = Math.min(reader.rowLimit(), Math.max(1, LARGEST_BATCH / fields.packedBytes()));
        for (int first = 0; first < addresses.length; first += step) {
            reader.read(view, addresses, first, Math.min(step, addresses.length - first));
            for (int row = 0; row < reader.rows(); row++) {
                rows.add(row(reader, row));
            }
        }
        return rows;
    }

    private RecordRow<R> row(StructReader reader, int row) {
        long address = reader.address(row);
        if (reader.fault(row) != Fault.NONE) {
            return new RecordRow.Missing<>(address, reader.gap(row));
        }
        try {
            return new RecordRow.Whole<>(address, decode(reader, row));
        } catch (RuntimeException rejected) {
            return new RecordRow.Rejected<>(address, rejected);
        }
    }

    private R decode(StructReader reader, int row) {
        Object[] values = new Object[fields.fields().size()];
        for (int slot = 0; slot < values.length; slot++) {
            values[slot] = reader.get(row, slot);
        }
        return construct(values);
    }

    /**
     * Writes one structure.
     *
     * @throws MemoryAccessException when one of its fields cannot be written; others may have been
     * @throws MemflowException when a value does not fit its field; nothing is written then
     * @throws IllegalArgumentException when fields that share bytes disagree on them, or an array has another length;
     *     nothing is written then
     */
    public void write(MemoryView view, long address, R value) {
        StructWriter writer = new StructWriter(fields);
        writer.begin(view.properties().byteOrder(), 1);
        encode(writer, 0, value, view.properties().byteOrder());
        writer.write(view, new long[] {address});
        if (writer.fault(0) != Fault.NONE) {
            Gap gap = writer.gap(0);
            throw new MemoryAccessException(
                    view.properties().kind(), gap.range().start(), gap.range().length(), gap.fault());
        }
    }

    /**
     * Writes one structure at each address, all as one batch (of up to 64 MiB, then the next). A structure that cannot be
     * written costs no other.
     *
     * @param values a structure for each address
     * @return one row for each address, in their order
     * @throws IllegalArgumentException when there are more of one than of the other; nothing is written then
     */
    public List<WrittenRow> write(MemoryView view, long[] addresses, List<R> values) {
        if (addresses.length != values.size()) {
            throw new IllegalArgumentException(
                    "%d addresses for %d structures".formatted(addresses.length, values.size()));
        }
        StructWriter writer = new StructWriter(fields);
        List<WrittenRow> rows = new ArrayList<>(addresses.length);
        int step = Math.min(writer.rowLimit(), Math.max(1, LARGEST_BATCH / fields.packedBytes()));
        for (int first = 0; first < addresses.length; first += step) {
            int count = Math.min(step, addresses.length - first);
            write(view, writer, addresses, first, values.subList(first, first + count), rows);
        }
        return rows;
    }

    private void write(
            MemoryView view, StructWriter writer, long[] addresses, int first, List<R> values, List<WrittenRow> rows) {
        ByteOrder order = view.properties().byteOrder();
        writer.begin(order, values.size());
        Map<Integer, RuntimeException> rejected = new HashMap<>();
        for (int row = 0; row < values.size(); row++) {
            try {
                encode(writer, row, values.get(row), order);
            } catch (RuntimeException misfit) {
                writer.skip(row);
                rejected.put(row, misfit);
            }
        }
        writer.write(view, addresses, first);
        for (int row = 0; row < values.size(); row++) {
            long address = addresses[first + row];
            RuntimeException misfit = rejected.get(row);
            if (misfit != null) {
                rows.add(new WrittenRow.Rejected(address, misfit));
            } else if (writer.fault(row) == Fault.NONE) {
                rows.add(new WrittenRow.Whole(address));
            } else {
                rows.add(new WrittenRow.Incomplete(address, writer.gap(row), writer.writtenBytes(row)));
            }
        }
    }

    private void encode(StructWriter writer, int row, R value, ByteOrder order) {
        components.requireAgreement(value, order);
        for (int slot = 0; slot < fields.fields().size(); slot++) {
            writer.set(row, slot, components.value(value, slot));
        }
    }

    /** Encodes a structure into a segment as it lies in memory; bytes between the fields stay. */
    void encodeInPlace(Object value, MemorySegment bytes, long position, ByteOrder order) {
        components.encode(value, bytes, position, order);
    }

    /** Decodes a structure that lies in a segment as it does in memory. */
    R decodeInPlace(MemorySegment bytes, long position, ByteOrder order) {
        Object[] values = new Object[fields.fields().size()];
        for (int slot = 0; slot < values.length; slot++) {
            FieldTable.Field field = fields.fields().get(slot);
            values[slot] = FieldDecoder.value(field.type(), bytes, position + field.offset(), order);
        }
        return construct(values);
    }

    private R construct(Object[] values) {
        try {
            return type.cast((Object) constructor.invokeExact(values));
        } catch (RuntimeException | Error thrownByTheRecord) {
            throw thrownByTheRecord;
        } catch (Throwable impossible) {
            throw new AssertionError("a canonical constructor declares no exceptions", impossible);
        }
    }

    /**
     * Binds components to offsets. Confined.
     *
     * @param <R> the record's type
     */
    public static final class Builder<R extends Record> {
        private final MethodHandles.Lookup lookup;
        private final Class<R> type;
        private final List<FieldTable.Field> bound = new ArrayList<>();

        private Builder(MethodHandles.Lookup lookup, Class<R> type) {
            this.lookup = lookup;
            this.type = type;
        }

        /**
         * Binds a component.
         *
         * @param name the component's name
         * @param offset bytes from the start of the structure, not negative
         */
        public Builder<R> field(String name, int offset, FieldType fieldType) {
            bound.add(new FieldTable.Field(name, offset, fieldType));
            return this;
        }

        /**
         * Checks that every component is bound once, to a field of its own Java type.
         *
         * @throws IllegalArgumentException when one is not, or the lookup may not call the constructor
         */
        public RecordLayout<R> build() {
            RecordComponent[] components = type.getRecordComponents();
            FieldTable.Builder table = FieldTable.builder();
            for (RecordComponent component : components) {
                FieldTable.Field field = fieldOf(component);
                table.field(field.name(), field.offset(), field.type());
            }
            if (bound.size() != components.length) {
                throw new IllegalArgumentException("%s has components %s, but bound were %s"
                        .formatted(
                                type.getSimpleName(),
                                Arrays.stream(components)
                                        .map(RecordComponent::getName)
                                        .toList(),
                                bound.stream().map(FieldTable.Field::name).collect(Collectors.joining(", "))));
            }
            FieldTable fields = table.build();
            return new RecordLayout<>(type, fields, constructor(components), RecordComponents.of(lookup, type, fields));
        }

        private FieldTable.Field fieldOf(RecordComponent component) {
            for (FieldTable.Field field : bound) {
                if (field.name().equals(component.getName())) {
                    if (field.type().javaType() != component.getType()) {
                        throw new IllegalArgumentException("component %s of %s is of type %s, but a %s becomes %s"
                                .formatted(
                                        component.getName(),
                                        type.getSimpleName(),
                                        component.getType().getTypeName(),
                                        field.type(),
                                        field.type().javaType().getTypeName()));
                    }
                    return field;
                }
            }
            throw new IllegalArgumentException(
                    "component %s of %s is bound to no offset".formatted(component.getName(), type.getSimpleName()));
        }

        private MethodHandle constructor(RecordComponent[] components) {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                return lookup.findConstructor(type, MethodType.methodType(void.class, types))
                        .asSpreader(Object[].class, types.length)
                        .asType(MethodType.methodType(Object.class, Object[].class));
            } catch (NoSuchMethodException | IllegalAccessException refused) {
                throw new IllegalArgumentException(
                        "the constructor of %s cannot be called through %s: pass the lookup of a class that may"
                                .formatted(type.getName(), lookup),
                        refused);
            }
        }
    }
}
