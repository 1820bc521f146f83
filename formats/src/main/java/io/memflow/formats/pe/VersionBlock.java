package io.memflow.formats.pe;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One block of a version resource: a length, a value, a key and inner blocks, each at a multiple of four bytes (Microsoft,
 * "VS_VERSIONINFO structure"). Confined.
 */
final class VersionBlock {
    private static final int HEADER = 6;
    private static final int SIGNATURE = 0xFEEF_04BD;
    private static final int FIXED_BYTES = 52;

    private final MemorySegment bytes;
    private final String key;
    private final int value;
    private final int valueBytes;
    private final int end;

    private VersionBlock(MemorySegment bytes, int start, int limit) {
        this.bytes = bytes;
        int length = LittleEndian.u16(bytes, start);
        end = Math.min(limit, start + Math.max(length, HEADER));
        int at = start + HEADER;
        while (at + 2 <= end && LittleEndian.u16(bytes, at) != 0) {
            at += 2;
        }
        key = text(start + HEADER, at);
        value = Math.min(end, aligned(at + 2));
        // Of texts the length is counted in characters, though some compilers count bytes.
        boolean isText = LittleEndian.u16(bytes, start + 4) == 1;
        int declared = LittleEndian.u16(bytes, start + 2) * (isText ? 2 : 1);
        valueBytes = Math.min(declared, end - value);
    }

    static PeVersion parse(MemorySegment bytes) {
        if (bytes.byteSize() < HEADER) {
            throw PeLimits.malformed(0, "a version resource of %d bytes".formatted(bytes.byteSize()));
        }
        VersionBlock root = new VersionBlock(bytes, 0, (int) bytes.byteSize());
        List<PeVersion.Texts> tables = new ArrayList<>();
        root.inner(block -> {
            if (block.key.equals("StringFileInfo")) {
                block.inner(table -> tables.add(new PeVersion.Texts(table.key, table.texts())));
            }
        });
        return new PeVersion(root.fixed(), tables);
    }

    private PeVersion.@Nullable Fixed fixed() {
        if (valueBytes < FIXED_BYTES || LittleEndian.s32(bytes, value) != SIGNATURE) {
            return null;
        }
        return new PeVersion.Fixed(
                number(value + 8),
                number(value + 16),
                LittleEndian.s32(bytes, value + 28) & LittleEndian.s32(bytes, value + 24),
                LittleEndian.s32(bytes, value + 32),
                LittleEndian.s32(bytes, value + 36),
                LittleEndian.s32(bytes, value + 40));
    }

    /** Two words, the more significant one first. */
    private String number(int at) {
        return LittleEndian.u16(bytes, at + 2) + "." + LittleEndian.u16(bytes, at) + "."
                + LittleEndian.u16(bytes, at + 6) + "." + LittleEndian.u16(bytes, at + 4);
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        inner(block -> texts.putIfAbsent(block.key, block.textValue()));
        return texts;
    }

    private String textValue() {
        int at = value;
        while (at + 2 <= end && LittleEndian.u16(bytes, at) != 0) {
            at += 2;
        }
        return text(value, Math.min(at, value + valueBytes));
    }

    private String text(int start, int limit) {
        int length = Math.max(0, limit - start) & -2;
        return new String(bytes.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_16LE);
    }

    private void inner(Consumer<VersionBlock> consumer) {
        // A block of texts has no value of its own, whatever its length says.
        boolean hasValue = key.equals("VS_VERSION_INFO");
        int at = aligned(hasValue ? value + valueBytes : value);
        while (at + HEADER <= end) {
            int length = LittleEndian.u16(bytes, at);
            if (length < HEADER) {
                return;
            }
            consumer.accept(new VersionBlock(bytes, at, end));
            at = aligned(at + length);
        }
    }

    private static int aligned(int offset) {
        return offset + 3 & -4;
    }
}
