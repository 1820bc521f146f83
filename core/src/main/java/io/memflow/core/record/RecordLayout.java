package io.memflow.core.record;

import io.memflow.core.memory.Fault;
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
import java.util.List;
import java.util.stream.Collectors;

/**
 * A structure of a target as a Java record: each component bound to an offset. Built once, then used for any number of
 * reads.
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

    private RecordLayout(Class<R> type, FieldTable fields, MethodHandle constructor) {
        this.type = type;
        this.fields = fields;
        this.constructor = constructor;
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
            return new RecordLayout<>(type, table.build(), constructor(components));
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
