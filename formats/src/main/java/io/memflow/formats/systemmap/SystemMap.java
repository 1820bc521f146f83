package io.memflow.formats.systemmap;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code System.map} of a kernel build: lines of an address in hexadecimal, a letter of nm(1) and a name
 * (scripts/mksysmap). Stateless.
 */
public final class SystemMap {
    private static final String FORMAT = "System.map";
    /** Kernels have some 100,000 to 300,000 symbols of 45 bytes. */
    private static final long LARGEST_BYTES = 256 << 20;
    /** {@code KSYM_NAME_LEN} since 6.1. */
    private static final int LONGEST_NAME = 512;

    private static final int LETTER_AND_SPACES = 3;

    private SystemMap() {}

    /** Whether bytes begin as such a file does: 8 or 16 hexadecimal digits, a space, a letter, a space. */
    public static boolean isSystemMap(MemorySegment file) {
        int digits = digits(file);
        return digits > 0 && file.byteSize() > digits + LETTER_AND_SPACES && isEntry(file, 0, digits);
    }

    /**
     * Reads a whole file. Addresses are those the kernel was linked to, zero-extended for 32-bit kernels.
     *
     * @throws MalformedDataException that names the first line that is no symbol
     */
    public static SymbolTable parse(MemorySegment file) {
        int digits = digits(file);
        if (digits == 0 || file.byteSize() > LARGEST_BYTES) {
            throw malformed(
                    0,
                    "a file of %d bytes that does not begin with an address of 8 or 16 digits"
                            .formatted(file.byteSize()));
        }
        byte[] bytes = file.toArray(ValueLayout.JAVA_BYTE);
        List<Symbol> symbols = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int end = at;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            symbols.add(symbol(file, bytes, at, end, digits));
            at = end + 1;
        }
        return SymbolList.of(symbols);
    }

    private static Symbol symbol(MemorySegment file, byte[] bytes, int at, int end, int digits) {
        int name = at + digits + LETTER_AND_SPACES;
        if (end <= name || end - name > LONGEST_NAME || !isEntry(file, at, digits)) {
            throw malformed(
                    at, "\"%s\" is no address, letter and name".formatted(text(bytes, at, Math.min(end, at + 80))));
        }
        for (int i = name; i < end; i++) {
            if (bytes[i] <= ' ' || bytes[i] > '~') {
                throw malformed(
                        at,
                        "\"%s\" holds more than an address, a letter and a name: it may be the placeholder of a package whose real System.map is in the package with debug information"
                                .formatted(text(bytes, at, Math.min(end, at + LONGEST_NAME))));
            }
        }
        long address = Long.parseUnsignedLong(text(bytes, at, at + digits), 16);
        return new Symbol(text(bytes, name, end), address, (char) bytes[at + digits + 1], "");
    }

    private static boolean isEntry(MemorySegment file, long at, int digits) {
        for (int i = 0; i < digits; i++) {
            if (!isDigit(file, at + i)) {
                return false;
            }
        }
        int letter = file.get(ValueLayout.JAVA_BYTE, at + digits + 1);
        return file.get(ValueLayout.JAVA_BYTE, at + digits) == ' '
                && letter > ' '
                && letter <= '~'
                && file.get(ValueLayout.JAVA_BYTE, at + digits + 2) == ' ';
    }

    /** Digits of the first line's address, 8 or 16; 0 when it has another number. */
    private static int digits(MemorySegment file) {
        int digits = 0;
        while (digits <= 16 && digits < file.byteSize() && isDigit(file, digits)) {
            digits++;
        }
        return digits == 8 || digits == 16 ? digits : 0;
    }

    private static boolean isDigit(MemorySegment file, long at) {
        int character = file.get(ValueLayout.JAVA_BYTE, at);
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }

    private static String text(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
