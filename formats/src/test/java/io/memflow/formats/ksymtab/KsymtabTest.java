package io.memflow.formats.ksymtab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.SymbolList;
import io.memflow.formats.Corruption;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KsymtabTest {
    private static final long BASE_64 = 0xFFFF_FFFF_8100_0000L;
    private static final long BASE_32 = 0xC100_0000L;
    private static final int STRINGS = 0x2000;
    private static final int TABLE = 0x8000;
    private static final int VALUES = 0x400;

    private static List<String> names(int count) {
        List<String> names = new ArrayList<>(List.of("init_task"));
        for (int i = 1; i < count; i++) {
            names.add("exported_%04d".formatted(i));
        }
        Collections.sort(names);
        return names;
    }

    /** An image with a table of so many names; the value of each is 16 bytes behind that of the one before. */
    private static byte[] image(int count, boolean isRelative, int fields, int pointerBytes) {
        byte[] bytes = new byte[0x20000];
        MemorySegment image = MemorySegment.ofArray(bytes);
        long base = pointerBytes == Long.BYTES ? BASE_64 : BASE_32;
        int field = isRelative ? Integer.BYTES : pointerBytes;
        int text = STRINGS;
        int entry = TABLE;
        int value = VALUES;
        for (String name : names(count)) {
            byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(letters, 0, bytes, text, letters.length);
            if (isRelative) {
                image.set(LittleEndian.INT, entry, value - entry);
                image.set(LittleEndian.INT, entry + field, text - entry - field);
            } else if (pointerBytes == Long.BYTES) {
                image.set(LittleEndian.LONG, entry, base + value);
                image.set(LittleEndian.LONG, entry + field, base + text);
            } else {
                image.set(LittleEndian.INT, entry, (int) (base + value));
                image.set(LittleEndian.INT, entry + field, (int) (base + text));
            }
            text += letters.length + 1;
            entry += field * fields;
            value += 16;
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"true, 3, 8", "true, 2, 8", "true, 3, 4", "false, 3, 4", "false, 2, 4", "false, 3, 8", "false, 2, 8"})
    void findsTheTableInEachLayout(boolean isRelative, int fields, int pointerBytes) {
        long base = pointerBytes == Long.BYTES ? BASE_64 : BASE_32;
        SymbolList symbols = Ksymtab.find(
                        MemorySegment.ofArray(image(300, isRelative, fields, pointerBytes)), base, pointerBytes)
                .orElseThrow();

        assertThat(symbols.size()).isEqualTo(300);
        assertThat(symbols.address("exported_0001")).hasValue(base + VALUES);
        assertThat(symbols.address("init_task")).hasValue(base + VALUES + 16L * 299);
    }

    @Test
    void takesNoFewEntriesForATable() {
        assertThat(Ksymtab.find(MemorySegment.ofArray(image(100, true, 3, 8)), BASE_64, 8))
                .isEmpty();
        assertThat(Ksymtab.find(MemorySegment.ofArray(new byte[0x1000]), BASE_64, 8))
                .isEmpty();
        assertThat(Ksymtab.find(MemorySegment.ofArray(new byte[3]), BASE_64, 8)).isEmpty();
    }

    @Test
    void survivesDamageAndTruncation() {
        byte[] good = image(300, true, 3, 8);
        Corruption.truncate(good, 64, 50, 5, KsymtabTest::exercise);
        Corruption.mutate(good, 100, 9, KsymtabTest::exercise);
    }

    private static void exercise(MemorySegment image) {
        Optional<SymbolList> found = Ksymtab.find(image, BASE_64, 8);
        found.ifPresent(symbols -> symbols.nearest(-1));
    }
}
