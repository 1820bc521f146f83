package io.memflow.formats.isf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * One file of the intermediate symbol format, version 6 (Volatility 3, {@code schemas/schema-6.2.0.json}), as dwarf2json and
 * btf2json write it for Linux. Immutable.
 *
 * @param symbols by the addresses the kernel was linked to, in the order of the file; none has a letter but {@code ?}
 * @param types as the file has them: it keeps no typedefs
 * @param banner the contents of {@code linux_banner}, when the file has them
 */
public record Isf(SymbolTable symbols, TypeTable types, Optional<String> banner) {
    static final String FORMAT = "ISF";
    /** Files of real kernels have 20 to 60 MB. */
    private static final long LARGEST_BYTES = 512L << 20;

    /** Whether bytes could be JSON: their first character that is no space opens an object. */
    public static boolean isJson(MemorySegment file) {
        long at = 0;
        while (at < file.byteSize() && file.get(ValueLayout.JAVA_BYTE, at) <= ' ' && at < 64) {
            at++;
        }
        return at < file.byteSize() && file.get(ValueLayout.JAVA_BYTE, at) == '{';
    }

    /**
     * Reads a whole file.
     *
     * @param file JSON, not compressed
     * @throws MalformedDataException when it is no JSON, or not of this format
     */
    public static Isf parse(MemorySegment file) {
        if (file.byteSize() > LARGEST_BYTES) {
            throw malformed(0, "%d bytes are more than any kernel's symbols take".formatted(file.byteSize()));
        }
        return new IsfReader(file).read();
    }

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
