package io.memflow.formats.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeSpread;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.Corruption;
import io.memflow.formats.elf.ElfSections;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected places are those of the C ABI for {@code sample.c}. */
class DebugFileTest {
    private static byte[] object(String name) {
        try (InputStream stream = Objects.requireNonNull(DebugFileTest.class.getResourceAsStream(name), name)) {
            return stream.readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static DebugFile parse(String name) {
        return DebugFile.parse(MemorySegment.ofArray(object(name)));
    }

    private static TypeTable types(String name) {
        return parse(name).types().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dwarf2.o", "dwarf4.o", "dwarf5.o", "wide4.o", "wide5.o", "zlib5.o", "linked5.elf"})
    void findsMembersOfEachVersionAndWidth(String name) {
        TypeTable types = types(name);

        assertThat(types.size("outer")).hasValue(128);
        assertThat(types.member("outer", "name")).contains(new MemberLocation(0, 0, 16));
        assertThat(types.member("outer", "state")).contains(new MemberLocation(128, 0, 4));
        assertThat(types.member("outer", "low")).contains(new MemberLocation(160, 3, 4));
        assertThat(types.member("outer", "high")).contains(new MemberLocation(163, 5, 4));
        assertThat(types.member("outer", "wide")).contains(new MemberLocation(168, 20, 4));
        assertThat(types.member("outer", "second")).contains(new MemberLocation(208, 0, 2));
        assertThat(types.member("outer", "both")).contains(new MemberLocation(192, 0, 4));
        assertThat(types.member("outer", "tasks.prev")).contains(new MemberLocation(320, 0, 8));
        assertThat(types.member("outer", "grid")).contains(new MemberLocation(512, 0, 24));
        assertThat(types.member("outer", "count.counter")).contains(new MemberLocation(896, 0, 4));
        assertThat(types.member("outer", "tail")).contains(new MemberLocation(1024, 0, 0));
        assertThat(types.member("value", "word")).contains(new MemberLocation(0, 0, 8));
        assertThat(types.member("outer", "missing")).isEmpty();
        assertThat(types.member("declared_only", "anything")).isEmpty();
        assertThat(types.size("atomic_t")).hasValue(4);
        assertThat(types.size("local_only")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"narrow4.o", "narrow5.o"})
    void findsMembersOf32BitFiles(String name) {
        TypeTable types = types(name);

        assertThat(types.size("outer")).hasValue(96);
        assertThat(types.member("outer", "wide")).contains(new MemberLocation(168, 20, 4));
        assertThat(types.member("outer", "tasks.prev")).contains(new MemberLocation(256, 0, 4));
        assertThat(types.member("outer", "real")).contains(new MemberLocation(608, 0, 8));
        assertThat(types.member("outer", "value.bytes")).contains(new MemberLocation(704, 0, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dwarf2.o", "dwarf4.o", "dwarf5.o", "wide5.o", "narrow4.o", "zlib5.o", "linked5.elf"})
    void findsValuesOfEnums(String name) {
        TypeTable types = types(name);

        assertThat(types.enumerator("state", "STATE_RUN")).hasValue(5);
        assertThat(types.enumerator("state", "STATE_LAST")).hasValue(-1);
        assertThat(types.enumerator("", "NAMELESS_BIG")).hasValue(0x8000_0000L);
        assertThat(types.enumerator("state", "NAMELESS_ONE")).isEmpty();
        assertThat(types.enumerator("none", "STATE_RUN")).isEmpty();
    }

    @Test
    void spellsTypesAsCDoes() {
        assertThat(TypeSpread.layout(types("dwarf5.o").reference("struct outer").orElseThrow()))
                .extracting(row -> row.type() + " " + row.path())
                .contains(
                        "char [16] name",
                        "enum state state",
                        "volatile const struct declared_only * opaque",
                        "int (*)(...) run",
                        "int [2][3] grid",
                        "void * anything",
                        "atomic_t count",
                        "union value value",
                        "word_t [0] tail");
    }

    @Test
    void tellsNumbersApart() {
        TypeTable types = types("dwarf5.o");

        assertThat(types.reference("char").orElseThrow().shape())
                .isEqualTo(new TypeShape.Integral(1, TypeShape.Integral.Encoding.CHARACTER));
        assertThat(types.reference("_Bool").orElseThrow().shape())
                .isEqualTo(new TypeShape.Integral(1, TypeShape.Integral.Encoding.BOOLEAN));
        assertThat(types.reference("double").orElseThrow().shape()).isEqualTo(new TypeShape.Real(8));
        assertThat(types.reference("word_t").orElseThrow().shape())
                .isEqualTo(new TypeShape.Integral(8, TypeShape.Integral.Encoding.UNSIGNED));
    }

    @Test
    void readsNamesByNumber() {
        assertThat(types("indexed5.o").member("indexed", "value")).contains(new MemberLocation(0, 0, 4));
    }

    @Test
    void readsSymbolsBannerAndBuildIdOfLinkedFiles() {
        DebugFile file = parse("linked5.elf");

        assertThat(file.symbols().address("first")).hasValue(0x4011c0);
        assertThat(file.symbols().nearest(0x400160)).contains(new Symbol("_start", 0x40015e, 'T', ""));
        assertThat(file.banner()).contains("Linux version 6.1.0-sample (somebody@somewhere) #1 SMP\n");
        assertThat(file.buildId()).contains("0123456789abcdef0123456789abcdef01234567");
        assertThat(file.release()).isEmpty();
    }

    @Test
    void refusesOtherCompressionByItsName() {
        assertThatThrownBy(() -> parse("zstd5.o"))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("zstd")
                .hasMessageContaining("--decompress-debug-sections");
    }

    @Test
    void refusesWhatIsNoElfFile() {
        assertThatThrownBy(() -> DebugFile.parse(MemorySegment.ofArray(new byte[100])))
                .isInstanceOf(MalformedDataException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dwarf2.o", "dwarf5.o", "wide4.o", "zlib5.o", "narrow4.o", "indexed5.o", "linked5.elf"})
    void survivesDamageAndTruncation(String name) {
        byte[] good = object(name);
        Corruption.truncate(good, 128, 100, 3, DebugFileTest::exercise);
        Corruption.mutate(good, 1500, 11, DebugFileTest::exercise);
    }

    @Test
    void survivesDamageOfDescriptions() {
        byte[] good = object("linked5.elf");
        ElfSections.Section info = ElfSections.parse(MemorySegment.ofArray(good))
                .find(".debug_info")
                .orElseThrow();
        byte[] part = Arrays.copyOfRange(good, (int) info.offset(), (int) (info.offset() + info.size()));
        Corruption.mutate(part, 3000, 23, damaged -> {
            byte[] whole = good.clone();
            MemorySegment.copy(damaged, 0, MemorySegment.ofArray(whole), info.offset(), damaged.byteSize());
            exercise(MemorySegment.ofArray(whole));
        });
    }

    private static void exercise(MemorySegment file) {
        DebugFile parsed = DebugFile.parse(file);
        parsed.symbols().nearest(0x401000);
        if (parsed.types().isPresent()) {
            TypeTable types = parsed.types().get();
            types.size("atomic_t");
            types.enumerator("state", "STATE_RUN");
            types.enumerator("", "NOTHING");
            types.member("outer", "value.bytes");
            types.member("outer", "missing");
            types.reference("struct outer").ifPresent(TypeSpread::layout);
        }
    }
}
