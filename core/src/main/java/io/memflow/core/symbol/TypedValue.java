package io.memflow.core.symbol;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value in the target's memory together with its type: navigation by the names the target's source uses.
 *
 * <pre>
 * TypedValue task = TypedValue.of(system.types(), system.kernelMemory(), "task_struct", address);
 * long pgd = task.member("mm").deref().member("pgd").asLong();
 * </pre>
 *
 * <p>Nothing is read until it is asked for, and then anew each time. Immutable.
 *
 * @param memory where it lies
 * @param address virtual address of its first byte; for a bit-field of the byte its first bit is in
 * @param type what it is
 * @param bits which bits of it, for a bit-field; null otherwise
 */
public record TypedValue(
        MemoryView memory,
        long address,
        TypeReference type,
        @Nullable Bits bits) {
    private static final int LONGEST_TEXT = 4096;

    /**
     * Bits of a bit-field.
     *
     * @param shift bits below it in its first byte
     * @param count how many
     */
    public record Bits(int shift, int count) {}

    /**
     * A value of a named type.
     *
     * @throws MemflowException when there is no type of that name
     */
    public static TypedValue of(TypeTable types, MemoryView memory, String type, long address) {
        TypeReference found = types.reference(type)
                .orElseThrow(() -> missing("The target has no type \"%s\"; check its spelling.".formatted(type)));
        return new TypedValue(memory, address, found, null);
    }

    /**
     * A member of a struct or union, by dotted path, looking through anonymous ones.
     *
     * @throws MemflowException when this is no struct or union, or has no such member
     */
    public TypedValue member(String path) {
        TypedValue value = this;
        for (String name : path.split("\\.", -1)) {
            TypeReference outer = value.type;
            value = MemberSearch.find(value, name)
                    .orElseThrow(() -> missing("Type \"%s\" has no member \"%s\".".formatted(outer.name(), name)));
        }
        return value;
    }

    /**
     * What a pointer leads to.
     *
     * @throws MemflowException when this is no pointer, or a null pointer
     * @throws io.memflow.core.memory.MemoryAccessException when the pointer cannot be read
     */
    public TypedValue deref() {
        if (!(type.shape() instanceof TypeShape.Pointer pointer)) {
            throw missing("Type \"%s\" is no pointer to follow.".formatted(type.name()));
        }
        long target = memory.readUnsigned(address, (int) pointer.bytes());
        if (target == 0) {
            throw missing("The pointer at %s is null.".formatted(Address.format(address)));
        }
        return new TypedValue(memory, target, pointer.target(), null);
    }

    /**
     * An element of an array, or of what a pointer leads to when it leads to several.
     *
     * @throws MemflowException when this is neither, or the index is outside the array
     */
    public TypedValue element(long index) {
        if (type.shape() instanceof TypeShape.Pointer) {
            TypedValue first = deref();
            long step = first.type.shape().bytes();
            return new TypedValue(memory, first.address + index * step, first.type, null);
        }
        if (!(type.shape() instanceof TypeShape.Array array)) {
            throw missing("Type \"%s\" has no elements.".formatted(type.name()));
        }
        if (index < 0 || (index >= array.length() && array.length() != 0)) {
            throw missing("Type \"%s\" has no element %d.".formatted(type.name(), index));
        }
        return new TypedValue(memory, address + index * array.element().shape().bytes(), array.element(), null);
    }

    /**
     * The value as a number: sign-extended when its type is signed; the address itself for a pointer.
     *
     * @throws MemflowException when the type is no number, enum or pointer of at most 8 bytes
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     */
    public long asLong() {
        TypeShape shape = type.shape();
        boolean signed = isSigned(shape);
        int bytes = numberBytes(shape);
        Bits part = bits;
        long value;
        int width;
        if (part == null) {
            value = memory.readUnsigned(address, bytes);
            width = bytes * Byte.SIZE;
        } else {
            value = bitField(part);
            width = part.count;
        }
        int unused = Long.SIZE - width;
        return signed ? value << unused >> unused : value;
    }

    private static boolean isSigned(TypeShape shape) {
        if (shape instanceof TypeShape.Integral number) {
            return number.encoding() == TypeShape.Integral.Encoding.SIGNED;
        }
        return shape instanceof TypeShape.Enumeration names
                && names.enumerators().stream().anyMatch(name -> name.value() < 0);
    }

    /** Read byte by byte, so that no byte beyond the field's own has to be there. */
    private long bitField(Bits part) {
        long value = 0;
        int bytes = (part.shift + part.count + Byte.SIZE - 1) / Byte.SIZE;
        for (int i = 0; i < Math.min(bytes, Long.BYTES); i++) {
            value |= memory.readUnsigned(address + i, Byte.BYTES) << (i * Byte.SIZE);
        }
        long shifted = value >>> part.shift;
        return part.count >= Long.SIZE ? shifted : shifted & ((1L << part.count) - 1);
    }

    private int numberBytes(TypeShape shape) {
        boolean isNumber = shape instanceof TypeShape.Integral
                || shape instanceof TypeShape.Enumeration
                || shape instanceof TypeShape.Pointer;
        long bytes = shape.bytes();
        if (!isNumber || bytes > Long.BYTES || Long.bitCount(bytes) != 1) {
            throw missing("Type \"%s\" is no number of 1, 2, 4 or 8 bytes.".formatted(type.name()));
        }
        return (int) bytes;
    }

    /**
     * The text in an array of characters, or behind a pointer to them, up to the first zero byte.
     *
     * @throws MemflowException when the type is neither
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     */
    public String asText() {
        return switch (type.shape()) {
            case TypeShape.Array array ->
                memory.readFixedUtf8Lossy(address, (int) Math.min(array.bytes(), LONGEST_TEXT));
            case TypeShape.Pointer _ -> memory.readUtf8Lossy(deref().address, LONGEST_TEXT);
            default -> throw missing("Type \"%s\" is no text.".formatted(type.name()));
        };
    }

    /** The name of an enum's value; empty when it has none or the type is no enum. */
    public Optional<String> enumerator() {
        return type.shape() instanceof TypeShape.Enumeration names ? names.name(asLong()) : Optional.empty();
    }

    static MemflowException missing(String sentence) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.NOT_FOUND, sentence);
    }
}
