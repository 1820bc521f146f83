package io.memflow.formats.ksymtab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.SymbolList;
import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KsymtabTest {
    private static final ExportedImage WIDE = new ExportedImage(300, true, 3, 8);

    @ParameterizedTest
    @CsvSource({"true, 3, 8", "true, 2, 8", "true, 3, 4", "false, 3, 4", "false, 2, 4", "false, 3, 8", "false, 2, 8"})
    void findsTheTableInEachLayout(boolean isRelative, int fields, int pointerBytes) {
        ExportedImage image = new ExportedImage(300, isRelative, fields, pointerBytes);
        SymbolList symbols = Ksymtab.find(MemorySegment.ofArray(image.bytes()), image.base(), pointerBytes)
                .orElseThrow();

        assertThat(symbols.size()).isEqualTo(300);
        assertThat(symbols.address("exported_0001")).hasValue(image.base() + ExportedImage.VALUES);
        assertThat(symbols.address("init_task")).hasValue(image.base() + ExportedImage.VALUES + 16L * 299);
    }

    @Test
    void takesNoFewEntriesForATable() {
        assertThat(find(MemorySegment.ofArray(new ExportedImage(100, true, 3, 8).bytes())))
                .isEmpty();
        assertThat(find(MemorySegment.ofArray(new byte[0x1000]))).isEmpty();
        assertThat(find(MemorySegment.ofArray(new byte[3]))).isEmpty();
    }

    @Test
    void survivesDamageAndTruncation() {
        byte[] good = WIDE.bytes();
        Corruption.truncate(good, 64, 50, 5, KsymtabTest::exercise);
        Corruption.mutate(good, 100, 9, KsymtabTest::exercise);
    }

    private static void exercise(MemorySegment image) {
        find(image).ifPresent(symbols -> symbols.nearest(-1));
    }

    private static Optional<SymbolList> find(MemorySegment image) {
        return Ksymtab.find(image, WIDE.base(), WIDE.pointerBytes());
    }
}
