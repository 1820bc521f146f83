package io.memflow.formats.isf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeSpread;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class IsfTest {
    /** As dwarf2json writes it: keys in any order, members by name, anonymous ones marked, addresses unsigned. */
    private static final String GOOD = """
            {"metadata": {"format": "6.2.0", "producer": {"name": "sample", "version": "1"}},
             "base_types": {
               "pointer": {"size": 8, "signed": false, "kind": "int", "endian": "little"},
               "int": {"size": 4, "signed": true, "kind": "int", "endian": "little"},
               "char": {"size": 1, "signed": true, "kind": "char", "endian": "little"},
               "double": {"size": 8, "signed": true, "kind": "float", "endian": "little"},
               "void": {"size": 0, "signed": false, "kind": "void", "endian": "little"}},
             "user_types": {
               "outer": {"kind": "struct", "size": 64, "fields": {
                 "both": {"type": {"kind": "base", "name": "int"}, "offset": 4},
                 "high": {"offset": 0, "type": {"kind": "bitfield", "bit_position": 3, "bit_length": 5,
                          "type": {"kind": "base", "name": "int"}}},
                 "low": {"offset": 0, "type": {"kind": "bitfield", "bit_position": 0, "bit_length": 3,
                         "type": {"kind": "base", "name": "int"}}},
                 "unnamed_field_8": {"offset": 8, "anonymous": true, "type": {"kind": "union", "name": "unnamed_1"}},
                 "name": {"offset": 16, "type": {"kind": "array", "count": 16,
                          "subtype": {"kind": "base", "name": "char"}}},
                 "self": {"offset": 32, "type": {"kind": "pointer", "subtype": {"kind": "struct", "name": "outer"}}},
                 "run": {"offset": 40, "type": {"kind": "pointer", "subtype": {"kind": "function"}}},
                 "state": {"offset": 48, "type": {"kind": "enum", "name": "states"}}}},
               "unnamed_1": {"kind": "union", "size": 8, "fields": {
                 "word": {"offset": 0, "type": {"kind": "base", "name": "double"}},
                 "inner": {"offset": 0, "type": {"kind": "struct", "name": "undefined"}}}}},
             "enums": {
               "states": {"size": 4, "base": "int", "constants": {"ON": 1, "LAST": -1}},
               "unnamed_2": {"size": 4, "base": "int", "constants": {"LOOSE": 7}}},
             "symbols": {
               "init_task": {"address": 18446744071594090560, "type": {"kind": "struct", "name": "outer"}},
               "linux_banner": {"address": 18446744071588610048, "constant_data": "TGludXggdmVyc2lvbiA2LjEKAA=="}}}
            """;

    private static Isf parse(String text) {
        return Isf.parse(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void findsMembersThroughAnonymousOnes() {
        TypeTable types = parse(GOOD).types();

        assertThat(types.size("outer")).hasValue(64);
        assertThat(types.member("outer", "both")).contains(new MemberLocation(32, 0, 4));
        assertThat(types.member("outer", "low")).contains(new MemberLocation(0, 3, 4));
        assertThat(types.member("outer", "high")).contains(new MemberLocation(3, 5, 4));
        assertThat(types.member("outer", "word")).contains(new MemberLocation(64, 0, 8));
        assertThat(types.member("outer", "name")).contains(new MemberLocation(128, 0, 16));
        assertThat(types.member("outer", "self")).contains(new MemberLocation(256, 0, 8));
        assertThat(types.member("outer", "missing")).isEmpty();
        assertThat(types.size("states")).isEmpty();
    }

    @Test
    void findsValuesOfEnums() {
        TypeTable types = parse(GOOD).types();

        assertThat(types.enumerator("states", "LAST")).hasValue(-1);
        assertThat(types.enumerator("", "LOOSE")).hasValue(7);
        assertThat(types.enumerator("states", "LOOSE")).isEmpty();
    }

    @Test
    void givesMembersInOrderOfTheirPlaces() {
        assertThat(TypeSpread.layout(
                        parse(GOOD).types().reference("struct outer").orElseThrow()))
                .extracting(row -> row.type() + " " + row.path())
                .containsExactly(
                        "struct outer ",
                        "int low",
                        "int high",
                        "int both",
                        "union {...} ",
                        "double word",
                        "struct undefined inner",
                        "char[16] name",
                        "struct outer * self",
                        "function * run",
                        "enum states state");
    }

    @Test
    void readsSymbolsAndBanner() {
        Isf isf = parse(GOOD);

        assertThat(isf.symbols().address("init_task")).hasValue(-2_115_461_056L);
        assertThat(isf.banner()).contains("Linux version 6.1\n");
    }

    @Test
    void refusesOtherJson() {
        assertThatThrownBy(() -> parse("{\"a\": 1}"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("user_types");
        assertThatThrownBy(() -> parse("[1]")).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> parse(GOOD.substring(0, 900))).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> parse(GOOD.replace("\"count\": 16", "\"count\": -1")))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> parse(GOOD.replace("TGlu", "?")))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("base64");
    }

    @Test
    void refusesDescriptorsWithoutEnd() {
        String deep = "{\"kind\": \"pointer\", \"subtype\": ".repeat(200) + "{}" + "}".repeat(200);
        assertThatThrownBy(() ->
                        parse(GOOD.replace("{\"kind\": \"pointer\", \"subtype\": {\"kind\": \"function\"}}", deep)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("deep");
    }

    @Test
    void survivesDamageAndTruncation() {
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        Corruption.truncate(good, good.length, 0, 5, IsfTest::exercise);
        Corruption.mutate(good, 5000, 9, IsfTest::exercise);
    }

    private static void exercise(MemorySegment file) {
        Isf isf = Isf.parse(file);
        isf.symbols().nearest(-1);
        isf.types().member("outer", "word");
        isf.types().enumerator("", "NOTHING");
        isf.types().reference("outer").ifPresent(TypeSpread::layout);
    }
}
