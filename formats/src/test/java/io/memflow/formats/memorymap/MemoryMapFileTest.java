package io.memflow.formats.memorymap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.view.RemappedRange;
import io.memflow.core.view.Remapping;
import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryMapFileTest {
    private static final String GOOD = """
        # a PC with 3 GiB
        [[range]]
        base = 0x0
        length = 0x8000_0000

        [[range]]
        base = 4_294_967_296
        length = 0x4000_0000
        real_base = 0x8000_0000
        """;

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Remapping parse(String text) {
        return MemoryMapFile.parse(bytes(text));
    }

    @Test
    void readsRanges() {
        assertThat(parse(GOOD).ranges())
                .containsExactly(
                        new RemappedRange(0, 0x8000_0000L, 0),
                        new RemappedRange(0x1_0000_0000L, 0x4000_0000, 0x8000_0000L));
        assertThat(parse("range = [{base = 0x10, length = 1}]").ranges())
                .containsExactly(new RemappedRange(0x10, 1, 0x10));
        assertThat(parse(GOOD.replace("\n", "\r\n")).ranges()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "real_base = 0x8000_0000 | real = 1            | line 9 | unknown key \"real\"",
                "length = 0x4000_0000    | length = \"1\"       | line 8 | no integer",
                "length = 0x4000_0000    | length = 1.5        | line 8 | no integer",
                "length = 0x4000_0000    | length = [1]        | line 8 | no integer",
                "length = 0x4000_0000    | length = -1         | line 8 | cannot be negative",
                "length = 0x4000_0000    | length = 0          | line 6 | no bytes",
                "length = 0x4000_0000    | #                   | line 6 | no length",
                "length = 0x4000_0000    | length =            | line 8 | Newline",
                "length = 0x4000_0000    | base = 1            | line 9 | Duplicate key",
                "base = 4_294_967_296    | #                   | line 6 | no base",
                "base = 4_294_967_296    | base = 0x7fff_ffff  | line 6 | overlap",
                "real_base = 0x8000_0000 | real_base = 0xffff_ffff_ffff_0000 | line 9 | too large",
                "real_base = 0x8000_0000 | [extra]             | line 9 | unknown key \"extra\""
            })
    void refusesWithTheLineWhatItDoesNotKnow(String from, String to, String line, String words) {
        assertThat(GOOD).contains(from);
        assertThatThrownBy(() -> parse(GOOD.replace(from, to)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(line + ":")
                .hasMessageContaining(words);
    }

    @Test
    void namesTheByteOfTheLine() {
        assertThatThrownBy(() -> parse("# é\n[[range]]\nbase = \"x\"\nlength = 1\n"))
                .isInstanceOfSatisfying(
                        MalformedDataException.class,
                        malformed -> assertThat(malformed.offset()).isEqualTo(5 + 10));
    }

    @Test
    void namesTheFirstRangeThatDoesNotFit() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append("[[range]]\nbase = ").append(i == 30 ? 5 : i * 16).append("\nlength = 16\n");
        }
        assertThatThrownBy(() -> parse(text.toString())).hasMessageContaining("line 91:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "range = 1", "range = []", "# nothing"})
    void refusesFilesWithoutRanges(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("[[range]]");
    }

    @Test
    void refusesRangesThatAreNoTables() {
        assertThatThrownBy(() -> parse("range = [1, 2]"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("is a table");
    }

    @Test
    void refusesImagesInItsPlace() {
        assertThatThrownBy(() -> MemoryMapFile.parse(MemorySegment.ofArray(new byte[] {(byte) 0xFF, (byte) 0xFE})))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> MemoryMapFile.parse(MemorySegment.ofArray(new byte[MemoryMapFile.LARGEST_BYTES + 1])))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("not the image");
    }

    @Test
    void deepNestingIsRefusedLikeAnythingElse() {
        for (String open : new String[] {"[", "{a=", "a."}) {
            assertThatThrownBy(() -> parse("range = " + open.repeat(30_000)))
                    .isInstanceOf(MalformedDataException.class);
            assertThatThrownBy(() -> parse(open.repeat(30_000))).isInstanceOf(MalformedDataException.class);
        }
        assertThatThrownBy(() -> parse("range = " + "[".repeat(30_000) + "]".repeat(30_000)))
                .isInstanceOf(MalformedDataException.class);
    }

    @Test
    void damageNeverThrowsAnythingElse() {
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        long seed = new Random().nextLong();
        Corruption.truncate(good, good.length, 0, seed, MemoryMapFile::parse);
        Corruption.mutate(good, 500, seed, MemoryMapFile::parse);
    }

    @Test
    void commentsAndBlankLinesAreFree() {
        String padding = "# a comment\n\n".repeat(8_000);
        assertThat(parse(padding + GOOD).ranges()).hasSize(2);
        assertThatThrownBy(() -> parse("a=[{'" + padding)).isInstanceOf(MalformedDataException.class);
    }
}
