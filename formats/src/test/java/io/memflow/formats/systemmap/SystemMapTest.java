package io.memflow.formats.systemmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SystemMapTest {
    private static final String GOOD = """
            0000000000000000 D __per_cpu_start
            ffffffff81000000 T _text
            ffffffff81000000 T startup_64
            ffffffff82000100 d twice
            ffffffff82000200 d twice
            ffffffff83000000 A _end
            """;

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void readsAddressLetterAndName() {
        SymbolTable symbols = SystemMap.parse(bytes(GOOD));

        assertThat(symbols.size()).isEqualTo(6);
        assertThat(symbols.address("_text")).hasValue(0xFFFF_FFFF_8100_0000L);
        assertThat(symbols.address("twice")).hasValue(0xFFFF_FFFF_8200_0100L);
        assertThat(symbols.address("none")).isEmpty();
        assertThat(symbols.nearest(0xFFFF_FFFF_8200_0150L))
                .contains(new Symbol("twice", 0xFFFF_FFFF_8200_0100L, 'd', ""));
        assertThat(symbols.nearest(0xFFFF_FFFF_8100_0000L))
                .contains(new Symbol("_text", 0xFFFF_FFFF_8100_0000L, 'T', ""));
        assertThat(symbols.nearest(5)).contains(new Symbol("__per_cpu_start", 0, 'D', ""));
    }

    @Test
    void readsAddressesOf32BitKernels() {
        SymbolTable symbols = SystemMap.parse(bytes("c1000000 T _text\nc1000010 t inner\n"));

        assertThat(symbols.address("inner")).hasValue(0xC100_0010L);
    }

    @Test
    void refusesThePlaceholderOfPackages() {
        String placeholder = "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n";

        assertThat(SystemMap.isSystemMap(bytes(placeholder))).isTrue();
        assertThatThrownBy(() -> SystemMap.parse(bytes(placeholder)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("linux-image-<version>-dbg");
    }

    @Test
    void namesTheLineThatIsNoSymbol() {
        assertThatThrownBy(() -> SystemMap.parse(bytes(GOOD + "nonsense\n")))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("nonsense");
        assertThatThrownBy(() -> SystemMap.parse(bytes("{}"))).isInstanceOf(MalformedDataException.class);
        assertThat(SystemMap.isSystemMap(bytes("{}"))).isFalse();
        assertThat(SystemMap.isSystemMap(bytes(""))).isFalse();
        assertThat(SystemMap.isSystemMap(bytes("00000000"))).isFalse();
    }

    @Test
    void survivesDamageAndTruncation() {
        byte[] good = GOOD.getBytes(StandardCharsets.ISO_8859_1);
        Corruption.truncate(good, good.length, 0, 5, SystemMapTest::exercise);
        Corruption.mutate(good, 5000, 9, SystemMapTest::exercise);
    }

    private static void exercise(MemorySegment file) {
        SystemMap.isSystemMap(file);
        SystemMap.parse(file).nearest(-1);
    }
}
