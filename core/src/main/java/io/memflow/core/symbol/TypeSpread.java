package io.memflow.core.symbol;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spreads a type out into rows: members of nested structures too, but not what pointers lead to. Arrays of structures show
 * their first elements, and a row that says how many there are. Confined.
 */
public final class TypeSpread {
    private static final int DEEPEST = 24;
    /** Elements of an array of structures that get rows of their own. */
    private static final int SHOWN_ELEMENTS = 4;
    /** More than any type of a kernel spreads out to; damaged types could go on for ever. */
    private static final int MOST_ROWS = 100_000;

    private final @Nullable ValueText values;
    private final List<TypedRow> rows = new ArrayList<>();

    private TypeSpread(@Nullable ValueText values) {
        this.values = values;
    }

    /** Rows of a type alone. */
    public static List<TypedRow> layout(TypeReference type) {
        TypeSpread spread = new TypeSpread(null);
        spread.add(type, "", "", 0, 0, 0, null, 0);
        return List.copyOf(spread.rows);
    }

    /**
     * Rows of a value, each with what is in memory.
     *
     * @param symbols gives pointers their names
     */
    public static List<TypedRow> values(TypeReference type, MemoryView memory, long address, SymbolTable symbols) {
        TypeSpread spread = new TypeSpread(new ValueText(symbols));
        spread.add(type, "", "", 0, 0, 0, memory, address);
        return List.copyOf(spread.rows);
    }

    private void add(
            TypeReference type,
            String path,
            String name,
            int depth,
            long bitOffset,
            int bitSize,
            @Nullable MemoryView memory,
            long address) {
        if (depth > DEEPEST || rows.size() >= MOST_ROWS) {
            throw TypedValue.missing("Type \"%s\" nests deeper than types do.".formatted(type.name()));
        }
        TypeShape shape = type.shape();
        boolean spreads = shape instanceof TypeShape.Structure
                || (shape instanceof TypeShape.Array several
                        && several.element().shape() instanceof TypeShape.Structure);
        rows.add(row(type, path, name, depth, bitOffset, bitSize, spreads ? null : memory, address));
        if (shape instanceof TypeShape.Structure structure) {
            for (TypeShape.Member member : structure.members()) {
                add(
                        member.type(),
                        member.name().isEmpty() ? path : join(path, member.name()),
                        member.name(),
                        depth + 1,
                        bitOffset + member.bitOffset(),
                        member.bitSize(),
                        memory,
                        address);
            }
        } else if (spreads && shape instanceof TypeShape.Array array) {
            addElements(array, path, depth, bitOffset, memory, address);
        }
    }

    private void addElements(
            TypeShape.Array array, String path, int depth, long bitOffset, @Nullable MemoryView memory, long address) {
        long step = array.element().shape().bytes() * Byte.SIZE;
        long shown = Math.min(array.length(), memory == null ? 1 : SHOWN_ELEMENTS);
        for (long i = 0; i < shown; i++) {
            String index = "[" + i + "]";
            add(array.element(), path + index, index, depth + 1, bitOffset + i * step, 0, memory, address);
        }
    }

    /**
     * @param start address of the outermost structure; the member's own follows from its offset
     */
    private TypedRow row(
            TypeReference type,
            String path,
            String name,
            int depth,
            long bitOffset,
            int bitSize,
            @Nullable MemoryView memory,
            long start) {
        String value = null;
        String why = null;
        ValueText texts = values;
        if (memory != null && texts != null && type.shape().bytes() > 0) {
            TypedValue.Bits bits = bitSize == 0 ? null : new TypedValue.Bits((int) (bitOffset % Byte.SIZE), bitSize);
            try {
                value = texts.of(new TypedValue(memory, start + bitOffset / Byte.SIZE, type, bits));
            } catch (MemflowException unreadable) {
                why = unreadable.getMessage();
            }
        }
        return new TypedRow(
                path, name, depth, type.name(), bitOffset, bitSize, type.shape().bytes(), value, why);
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
