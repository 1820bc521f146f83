package io.memflow.core.symbol;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.symbol.TypeShape.Integral.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes values of a target as text: numbers, names of enums, texts, pointers with the symbol they lead to. Thread-safe. */
public final class ValueText {
    /** Elements of an array that are written out. */
    private static final int SHOWN_ELEMENTS = 16;

    private static final int SHOWN_TEXT = 64;
    /** A pointer further behind a symbol than this does not lead to what the symbol names. */
    private static final long LARGEST_OFFSET = 64 << 10;
    /** Numbers from here on are written in hexadecimal too. */
    private static final long LARGE = 1 << 16;

    private static final char FIRST_PRINTABLE = ' ';

    private final SymbolTable symbols;

    public ValueText(SymbolTable symbols) {
        this.symbols = symbols;
    }

    /**
     * The value as text.
     *
     * @throws MemoryAccessException when it cannot be read
     */
    public String of(TypedValue value) {
        return switch (value.type().shape()) {
            case TypeShape.Integral number -> number(value, number);
            case TypeShape.Real real -> real(value, real.bytes());
            case TypeShape.Pointer pointer -> pointer(value, pointer);
            case TypeShape.Array array -> array(value, array);
            case TypeShape.Enumeration _ ->
                value.enumerator()
                        .map(name -> name + " (" + value.asLong() + ")")
                        .orElseGet(() -> "" + value.asLong());
            case TypeShape.Structure _ -> "{...}";
            case TypeShape.Opaque _ -> "";
        };
    }

    private static String number(TypedValue value, TypeShape.Integral number) {
        if (number.bytes() > Long.BYTES) {
            return bytes(value.memory(), value.address(), (int) number.bytes());
        }
        long read = value.asLong();
        return switch (number.encoding()) {
            case BOOLEAN -> read == 0 ? "false" : read == 1 ? "true" : Long.toString(read);
            case CHARACTER, SIGNED -> Long.toString(read);
            case UNSIGNED ->
                Long.compareUnsigned(read, LARGE) < 0
                        ? Long.toString(read)
                        : Long.toUnsignedString(read) + " (" + Address.format(read) + ")";
        };
    }

    private static String real(TypedValue value, long bytes) {
        if (bytes == Float.BYTES) {
            return Float.toString(value.memory().readFloat(value.address()));
        }
        return bytes == Double.BYTES
                ? Double.toString(value.memory().readDouble(value.address()))
                : bytes(value.memory(), value.address(), (int) bytes);
    }

    private static String bytes(MemoryView memory, long address, int count) {
        StringBuilder text = new StringBuilder("bytes");
        for (byte part : memory.readBytes(address, count)) {
            text.append(" %02x".formatted(part & 0xFF));
        }
        return text.toString();
    }

    private String pointer(TypedValue value, TypeShape.Pointer pointer) {
        long target = value.asLong();
        if (target == 0) {
            return "null";
        }
        String text = Address.format(target) + symbol(target);
        return isCharacter(pointer.target()) ? text + quotedBehind(value.memory(), target) : text;
    }

    private static String quotedBehind(MemoryView memory, long target) {
        try {
            String read = memory.readUtf8Lossy(target, SHOWN_TEXT);
            return isPrintable(read) ? " \"" + read + "\"" : "";
        } catch (MemoryAccessException notThere) {
            // The pointer itself is the value; a character pointer need not lead to text.
            return "";
        }
    }

    /** The symbol a pointer leads to, in angle brackets after a space; empty when none is near. */
    private String symbol(long address) {
        Optional<Symbol> near = symbols.nearest(address);
        if (near.isEmpty()) {
            return "";
        }
        long offset = address - near.get().address();
        if (Long.compareUnsigned(offset, LARGEST_OFFSET) >= 0) {
            return "";
        }
        String module = near.get().module().isEmpty() ? "" : " [" + near.get().module() + "]";
        return " <" + near.get().name() + (offset == 0 ? "" : "+" + Address.format(offset)) + module + ">";
    }

    private String array(TypedValue value, TypeShape.Array array) {
        if (isCharacter(array.element())) {
            String text = value.asText();
            if (isPrintable(text)) {
                return "\"" + text + "\"";
            }
        }
        List<String> elements = new ArrayList<>();
        for (long i = 0; i < Math.min(array.length(), SHOWN_ELEMENTS); i++) {
            elements.add(of(value.element(i)));
        }
        long more = array.length() - elements.size();
        return "[" + String.join(", ", elements) + (more > 0 ? ", and " + more + " more]" : "]");
    }

    private static boolean isCharacter(TypeReference type) {
        // Kernels built without the CHAR bit in their types call them char all the same.
        boolean named = type.name().endsWith("char") && !type.name().contains("unsigned");
        return type.shape() instanceof TypeShape.Integral number
                && number.bytes() == 1
                && (number.encoding() == Encoding.CHARACTER || named);
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(character -> character >= FIRST_PRINTABLE && character != 0xFFFD);
    }
}
