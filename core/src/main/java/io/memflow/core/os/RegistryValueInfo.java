package io.memflow.core.os;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One value of a key of the Windows registry.
 *
 * @param key path of its key, as in {@link RegistryKeyInfo}
 * @param name empty for the key's default value
 * @param type number of its type, unsigned 32 bits, see {@link RegistryType#of}
 * @param data its bytes, read-only, or as many of its first bytes as could be read; null when none could
 */
public record RegistryValueInfo(
        String key, String name, long type, @Nullable MemorySegment data, Provenance provenance) implements Row {
    private static final ValueLayout.OfInt DWORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong QWORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public RegistryValueInfo {
        data = data == null ? null : data.asReadOnly();
    }

    /** Its type; empty for a number that is none of winnt.h's. */
    public Optional<RegistryType> knownType() {
        return RegistryType.of(type);
    }

    /** Its type as winnt.h names it, or its number as {@code 0x...}. */
    public String typeName() {
        return knownType().map(RegistryType::label).orElseGet(() -> "0x%x".formatted(type));
    }

    /**
     * Its bytes as one text in UTF-16, up to the first zero character, whatever its type is; empty when there are no bytes.
     */
    public Optional<String> text() {
        String all = characters();
        if (all == null) {
            return Optional.empty();
        }
        int end = all.indexOf('\0');
        return Optional.of(end < 0 ? all : all.substring(0, end));
    }

    /** Its bytes as a list of texts, which an empty one ends, as {@link RegistryType#MULTI_SZ} has them. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        String all = characters();
        for (int start = 0; all != null && start < all.length(); ) {
            int zero = all.indexOf('\0', start);
            int end = zero < 0 ? all.length() : zero;
            if (end == start) {
                break;
            }
            texts.add(all.substring(start, end));
            start = end + 1;
        }
        return texts;
    }

    /** The number that its type says its bytes are, a {@code DWORD} unsigned; empty for other types or lengths. */
    public OptionalLong number() {
        RegistryType known = knownType().orElse(null);
        if (known == null || data == null) {
            return OptionalLong.empty();
        }
        boolean isWord = data.byteSize() == Integer.BYTES;
        return switch (known) {
            case DWORD -> isWord ? OptionalLong.of(word(data)) : OptionalLong.empty();
            case DWORD_BIG_ENDIAN ->
                isWord
                        ? OptionalLong.of(Integer.toUnsignedLong(Integer.reverseBytes((int) word(data))))
                        : OptionalLong.empty();
            case QWORD -> data.byteSize() == Long.BYTES ? OptionalLong.of(data.get(QWORD, 0)) : OptionalLong.empty();
            default -> OptionalLong.empty();
        };
    }

    private static long word(MemorySegment data) {
        return Integer.toUnsignedLong(data.get(DWORD, 0));
    }

    private @Nullable String characters() {
        return data == null ? null : new String(data.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_16LE);
    }
}
