package io.memflow.core.record;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Takes records apart to write them.
 *
 * @param accessors by slot, each a function from Object to Object
 * @param sharesBytes whether fields overlap
 */
record RecordComponents(Class<?> type, FieldTable fields, List<MethodHandle> accessors, boolean sharesBytes) {
    /**
     * The components of a type, bound to fields in their order.
     *
     * @throws IllegalArgumentException when the lookup may not call their accessors
     */
    static RecordComponents of(MethodHandles.Lookup lookup, Class<?> type, FieldTable fields) {
        List<MethodHandle> accessors = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            try {
                MethodType getter = MethodType.methodType(component.getType());
                accessors.add(lookup.findVirtual(type, component.getName(), getter)
                        .asType(MethodType.methodType(Object.class, Object.class)));
            } catch (NoSuchMethodException | IllegalAccessException refused) {
                throw new IllegalArgumentException(
                        "the components of %s cannot be read through %s: pass the lookup of a class that may"
                                .formatted(type.getName(), lookup),
                        refused);
            }
        }
        return new RecordComponents(type, fields, List.copyOf(accessors), new FieldRuns(fields).overlapping());
    }

    /** What a record holds for a slot. */
    Object value(Object from, int slot) {
        Object component;
        try {
            component = (Object) accessors.get(slot).invokeExact(from);
        } catch (RuntimeException | Error thrownByTheRecord) {
            throw thrownByTheRecord;
        } catch (Throwable impossible) {
            throw new AssertionError("an accessor declares no exceptions", impossible);
        }
        return Objects.requireNonNull(
                component,
                () -> "component " + fields.fields().get(slot).name() + " of a " + type.getSimpleName() + " is null");
    }

    /**
     * Refuses values of fields that share bytes, as members of a union do, unless they say the same of them.
     *
     * @throws IllegalArgumentException that names the field and the byte
     */
    void requireAgreement(Object from, ByteOrder order) {
        if (!sharesBytes) {
            return;
        }
        byte[] joined = new byte[fields.bytes()];
        encodeFields(from, MemorySegment.ofArray(joined), 0, order);
        for (int slot = 0; slot < accessors.size(); slot++) {
            // What this field would change shows that a later one said something else.
            byte[] again = joined.clone();
            FieldTable.Field field = fields.fields().get(slot);
            FieldEncoder.value(field.type(), value(from, slot), MemorySegment.ofArray(again), field.offset(), order);
            int different = Arrays.mismatch(joined, again);
            if (different >= 0) {
                throw new IllegalArgumentException("field %s and another one disagree on the byte at offset %d of a %s"
                        .formatted(field.name(), different, type.getSimpleName()));
            }
        }
    }

    /** Encodes a record into a segment as it lies in memory; bytes between the fields stay. */
    void encode(Object from, MemorySegment bytes, long position, ByteOrder order) {
        if (!type.isInstance(from)) {
            throw new IllegalArgumentException("a field of type " + type.getSimpleName() + " cannot be " + from);
        }
        requireAgreement(from, order);
        encodeFields(from, bytes, position, order);
    }

    private void encodeFields(Object from, MemorySegment bytes, long position, ByteOrder order) {
        for (int slot = 0; slot < accessors.size(); slot++) {
            FieldTable.Field field = fields.fields().get(slot);
            FieldEncoder.value(field.type(), value(from, slot), bytes, position + field.offset(), order);
        }
    }
}
