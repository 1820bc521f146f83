package io.memflow.formats.pdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.formats.Corruption;
import io.memflow.formats.WindowsSamples;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeImage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected places are those of Microsoft's C ABI for {@code sample.c}. */
class PdbFileTest {
    private static final long BASE = 0x7FF6_0000_0000L;

    private static byte[] bytes(String name) {
        return WindowsSamples.resource(PdbFileTest.class, name + ".pdb");
    }

    private static PdbFile parse(String name) {
        return PdbFile.parse(MemorySegment.ofArray(bytes(name)));
    }

    private static PeImage image(String name) {
        return PeImage.ofFile(MemorySegment.ofArray(WindowsSamples.resource(PeImage.class, name + ".dll")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample64", "sample32", "samplearm64"})
    void belongsToTheImageThatNamesIt(String name) {
        PdbFile file = parse(name);
        PdbReference reference = image(name).pdb().orElseThrow();

        assertThat(file.guid()).isEqualTo(reference.guid());
        assertThat(file.age()).isEqualTo(reference.age());
        assertThat(file.storeKey()).isEqualTo(reference.storeKey());
        assertThat(file.machine()).isEqualTo(image(name).header().machine());
        assertThat(file.sections()).isEqualTo(image(name).sectionHeaders());
        assertThat(PdbFile.isPdb(MemorySegment.ofArray(bytes(name)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample64", "samplearm64"})
    void findsMembersOf64BitTypes(String name) {
        PdbTypes types = parse(name).types();

        assertThat(types.size("outer")).hasValue(120);
        assertThat(types.member("outer", "name")).contains(new MemberLocation(0, 0, 16));
        assertThat(types.member("outer", "state")).contains(new MemberLocation(128, 0, 4));
        assertThat(types.member("outer", "low")).contains(new MemberLocation(160, 3, 4));
        assertThat(types.member("outer", "high")).contains(new MemberLocation(163, 5, 4));
        assertThat(types.member("outer", "wide")).contains(new MemberLocation(168, 20, 4));
        assertThat(types.member("outer", "both")).contains(new MemberLocation(192, 0, 2));
        assertThat(types.member("outer", "second")).contains(new MemberLocation(200, 0, 1));
        assertThat(types.member("outer", "tasks.prev")).contains(new MemberLocation(320, 0, 8));
        assertThat(types.member("outer", "grid")).contains(new MemberLocation(384, 0, 24));
        assertThat(types.member("outer", "inner.word")).contains(new MemberLocation(576, 0, 4));
        assertThat(types.member("outer", "place.y")).contains(new MemberLocation(640, 0, 4));
        assertThat(types.member("outer", "count.counter")).contains(new MemberLocation(672, 0, 4));
        assertThat(types.member("outer", "call")).contains(new MemberLocation(704, 0, 8));
        assertThat(types.member("outer", "missing")).isEmpty();
        assertThat(types.origin("outer", "name")).contains("PDB");
    }

    @Test
    void findsMembersOf32BitTypes() {
        PdbTypes types = parse("sample32").types();

        assertThat(types.member("outer", "tasks.prev")).contains(new MemberLocation(256, 0, 4));
        assertThat(types.member("outer", "high")).contains(new MemberLocation(163, 5, 4));
        TypeReference list = types.reference("struct list").orElseThrow();
        assertThat(list.shape().bytes()).isEqualTo(8);
    }

    @Test
    void typesAreSpeltAndShapedAsInC() {
        PdbTypes types = parse("sample64").types();
        TypeShape.Structure outer = (TypeShape.Structure)
                types.reference("struct outer").orElseThrow().shape();

        assertThat(spelling(outer, "pointer")).isEqualTo("const volatile unsigned __int64 *");
        assertThat(spelling(outer, "grid")).isEqualTo("int [2][3]");
        assertThat(spelling(outer, "call")).isEqualTo("int (*)(...)");
        assertThat(spelling(outer, "tasks")).isEqualTo("struct list");
        assertThat(spelling(outer, "state")).isEqualTo("enum state");
        assertThat(spelling(outer, "unknown")).isEqualTo("struct declared_only *");
        TypeShape.Pointer unknown = (TypeShape.Pointer) member(outer, "unknown").shape();
        assertThat(unknown.target().shape()).isInstanceOf(TypeShape.Opaque.class);
        TypeShape.Structure list = (TypeShape.Structure) member(outer, "tasks").shape();
        TypeShape.Pointer next =
                (TypeShape.Pointer) list.members().getFirst().type().shape();
        // The record of the member's type only declares it; its definition comes later.
        assertThat(next.target().shape()).isEqualTo(list);
        assertThat(((TypeShape.Structure) member(outer, "inner").shape()).layout())
                .isEqualTo(TypeShape.Structure.Layout.UNION);
        assertThat(member(outer, "real").shape()).isEqualTo(new TypeShape.Real(8));
    }

    private static TypeReference member(TypeShape.Structure structure, String name) {
        return structure.members().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow()
                .type();
    }

    private static String spelling(TypeShape.Structure structure, String name) {
        return member(structure, name).name();
    }

    @Test
    void enumsAndTypedefsAreFound() {
        PdbTypes types = parse("sample64").types();

        assertThat(types.enumerator("state", "BUSY")).hasValue(7);
        assertThat(types.enumerator("state", "LOST")).hasValue(-1);
        assertThat(types.enumerator("state", "NONE")).isEmpty();
        assertThat(types.reference("declared_only")).isEmpty();
        assertThat(types.size("atomic")).hasValue(4);
        assertThat(types.reference("no_such_type")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample64", "samplearm64"})
    void symbolsLieWhereTheImageExportsThem(String name) {
        SymbolTable symbols = parse(name).symbols(BASE);
        PeImage image = image(name);

        for (String exported : new String[] {"sample_function", "sample_outer", "sample_late", "sample_value"}) {
            long expected = image.export(exported).orElseThrow() - image.base() + BASE;
            assertThat(symbols.address(exported)).as(exported).hasValue(expected);
            assertThat(symbols.nearest(expected).map(Symbol::address)).contains(expected);
        }
        assertThat(symbols.address("hidden_counter")).isPresent();
        long hidden = symbols.address("hidden").orElseThrow();
        assertThat(symbols.nearest(hidden + 1)).contains(new Symbol("hidden", hidden, 't', ""));
        assertThat(symbols.address("nothing")).isEmpty();
        assertThat(symbols.nearest(BASE - 1)).isEqualTo(Optional.empty());
        assertThat(symbols.defects()).isEmpty();
    }

    /** As in files that grew over years: no stream in one piece, and records across the ends of blocks. */
    @Test
    void streamsInPiecesReadAsStreamsInOne() {
        PdbTypes whole = parse("sample64").types();
        PdbFile scattered = PdbFile.parse(MemorySegment.ofArray(MsfWriter.repack(bytes("sample64"), 512)));
        PdbTypes types = scattered.types();

        assertThat(types.endIndex()).isEqualTo(whole.endIndex());
        for (int index = whole.firstIndex(); index < whole.endIndex(); index++) {
            assertThat(types.reference(index).name())
                    .isEqualTo(whole.reference(index).name());
            assertThat(types.reference(index).shape().bytes())
                    .isEqualTo(whole.reference(index).shape().bytes());
        }
        assertThat(types.member("outer", "inner.word")).isEqualTo(whole.member("outer", "inner.word"));
        List<Symbol> expected = new ArrayList<>();
        List<Symbol> found = new ArrayList<>();
        parse("sample64").symbols(BASE).forEach(expected::add);
        scattered.symbols(BASE).forEach(found::add);
        assertThat(found).isEqualTo(expected).isNotEmpty();
    }

    @Test
    void damagedFilesEndInAnswersOrInOurOwnExceptions() {
        byte[] good = bytes("sample64");
        Corruption.truncate(good, 200, 200, 3, PdbFileTest::exercise);
        Corruption.mutate(good, 2_000, 11, PdbFileTest::exercise);
    }

    @Test
    void whatIsNoneIsRefused() {
        assertThatThrownBy(() -> PdbFile.parse(MemorySegment.ofArray(new byte[8192])))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("magic");
    }

    private static void exercise(MemorySegment bytes) {
        PdbFile file = PdbFile.parse(bytes);
        file.sections();
        try {
            file.symbols(0).forEach(symbol -> assertThat(symbol.name()).isNotNull());
        } catch (MemflowException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
        PdbTypes types = file.types();
        for (int index = types.firstIndex(); index < types.endIndex(); index++) {
            try {
                types.reference(index).name();
                types.reference(index).shape();
            } catch (MemflowException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
        types.member("outer", "inner.word");
        types.enumerator("", "NAMELESS");
    }
}
