package io.memflow.formats.kallsyms;

import static io.memflow.formats.kallsyms.AddressEncoding.ABSOLUTE;
import static io.memflow.formats.kallsyms.AddressEncoding.PLACE_RELATIVE;
import static io.memflow.formats.kallsyms.AddressEncoding.RELATIVE;
import static io.memflow.formats.kallsyms.AddressEncoding.RELATIVE_ABSOLUTE_PERCPU;
import static io.memflow.formats.kallsyms.TableOrder.ADDRESSES_FIRST;
import static io.memflow.formats.kallsyms.TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE;
import static io.memflow.formats.kallsyms.TableOrder.ADDRESSES_LAST;
import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KallsymsTest {
    private static final int COUNT = 3000;

    private static Kallsyms assertDecodes(
            KernelImageBuilder builder, TableOrder order, AddressEncoding encoding, int markerBytes) {
        builder.withSymbols(COUNT);
        Kallsyms found = builder.withFalseTrails().find();

        List<Symbol> decoded = new ArrayList<>();
        found.forEach(decoded::add);
        assertThat(decoded).isEqualTo(builder.symbols());
        assertThat(found.size()).isEqualTo(builder.symbols().size());
        assertThat(found.layout().order()).isEqualTo(order);
        assertThat(found.layout().encoding()).isEqualTo(encoding);
        assertThat(found.layout().markerBytes()).isEqualTo(markerBytes);
        assertThat(found.layout().evidence()).hasSizeGreaterThan(5);
        assertLookups(found, builder.symbols());
        return found;
    }

    private static void assertLookups(Kallsyms found, List<Symbol> symbols) {
        Map<String, Long> first = new HashMap<>();
        symbols.forEach(symbol -> first.putIfAbsent(symbol.name(), symbol.address()));
        first.forEach((name, address) -> assertThat(found.address(name)).hasValue(address));
        assertThat(found.address("")).isEmpty();
        assertThat(found.address("symbol_")).isEmpty();
        assertThat(found.address("_tex")).isEmpty();
        assertThat(found.address("tsymbol_1")).isEmpty();
    }

    private static KernelImageBuilder builder(TableOrder order, AddressEncoding encoding) {
        return new KernelImageBuilder(order, encoding);
    }

    @Test
    void decodesLinux418WithWideMarkers() {
        assertDecodes(
                builder(ADDRESSES_FIRST, RELATIVE_ABSOLUTE_PERCPU).markers(8),
                ADDRESSES_FIRST,
                RELATIVE_ABSOLUTE_PERCPU,
                8);
        assertDecodes(builder(ADDRESSES_FIRST, ABSOLUTE).markers(8), ADDRESSES_FIRST, ABSOLUTE, 8);
    }

    @Test
    void decodesLinux510() {
        Kallsyms found = assertDecodes(
                builder(ADDRESSES_FIRST, RELATIVE_ABSOLUTE_PERCPU), ADDRESSES_FIRST, RELATIVE_ABSOLUTE_PERCPU, 4);
        assertThat(found.layout().relativeBase()).hasValue(KernelImageBuilder.ADDRESS_64);
        assertDecodes(builder(ADDRESSES_FIRST, RELATIVE), ADDRESSES_FIRST, RELATIVE, 4);
        assertDecodes(builder(ADDRESSES_FIRST, ABSOLUTE), ADDRESSES_FIRST, ABSOLUTE, 4);
    }

    @Test
    void decodesLinux62WithSequenceNumbersBeforeTheTokens() {
        assertDecodes(
                builder(ADDRESSES_FIRST_WITH_SEQUENCE, RELATIVE_ABSOLUTE_PERCPU),
                ADDRESSES_FIRST_WITH_SEQUENCE,
                RELATIVE_ABSOLUTE_PERCPU,
                4);
        assertDecodes(builder(ADDRESSES_FIRST_WITH_SEQUENCE, RELATIVE), ADDRESSES_FIRST_WITH_SEQUENCE, RELATIVE, 4);
    }

    @Test
    void decodesLinux612WithAddressesLast() {
        assertDecodes(builder(ADDRESSES_LAST, RELATIVE_ABSOLUTE_PERCPU), ADDRESSES_LAST, RELATIVE_ABSOLUTE_PERCPU, 4);
        assertDecodes(builder(ADDRESSES_LAST, RELATIVE), ADDRESSES_LAST, RELATIVE, 4);
        assertDecodes(builder(ADDRESSES_LAST, ABSOLUTE), ADDRESSES_LAST, ABSOLUTE, 4);
    }

    @Test
    void decodesLinux7WithPlaceRelativeAddresses() {
        Kallsyms found =
                assertDecodes(builder(ADDRESSES_LAST, PLACE_RELATIVE).packed(), ADDRESSES_LAST, PLACE_RELATIVE, 4);
        assertThat(found.layout().relativeBase()).isEmpty();
        assertDecodes(builder(ADDRESSES_LAST, PLACE_RELATIVE), ADDRESSES_LAST, PLACE_RELATIVE, 4);
    }

    @Test
    void decodes32BitKernels() {
        assertDecodes(builder(ADDRESSES_FIRST, RELATIVE).pointers(4), ADDRESSES_FIRST, RELATIVE, 4);
        assertDecodes(builder(ADDRESSES_FIRST, ABSOLUTE).pointers(4), ADDRESSES_FIRST, ABSOLUTE, 4);
        assertDecodes(
                builder(ADDRESSES_FIRST_WITH_SEQUENCE, RELATIVE).pointers(4),
                ADDRESSES_FIRST_WITH_SEQUENCE,
                RELATIVE,
                4);
        assertDecodes(builder(ADDRESSES_LAST, RELATIVE).pointers(4), ADDRESSES_LAST, RELATIVE, 4);
        assertDecodes(builder(ADDRESSES_LAST, ABSOLUTE).pointers(4), ADDRESSES_LAST, ABSOLUTE, 4);
    }

    @Test
    void acceptsAnyNumberOfSymbolsInTheLastMarkersBlock() {
        for (int count = 252; count < 252 + 256; count += 5) {
            KernelImageBuilder builder = builder(ADDRESSES_FIRST_WITH_SEQUENCE, RELATIVE);
            assertThat(builder.withSymbols(count).find().size()).isEqualTo(count + 5);
        }
    }

    @Test
    void findsTheSymbolAtOrBelowAnAddress() {
        KernelImageBuilder builder = builder(ADDRESSES_LAST, RELATIVE);
        Kallsyms found = builder.withSymbols(COUNT).find();
        long text = builder.address();

        assertThat(found.nearest(text - 1)).isEmpty();
        assertThat(found.nearest(text)).map(Symbol::name).hasValue("_text");
        assertThat(found.nearest(text + 7)).map(Symbol::name).hasValue("_text");
        assertThat(found.nearest(text + 8)).map(Symbol::name).hasValue("symbol_0");
        assertThat(found.nearest(text + 16 + 9)).map(Symbol::name).hasValue("symbol_1");
        assertThat(found.nearest(-1)).map(Symbol::name).hasValue("symbol_end");
        assertThat(found.nearest(0)).isEmpty();
    }

    @Test
    void findsTheNearestSymbolInATableThatIsNotSorted() {
        KernelImageBuilder builder = builder(ADDRESSES_LAST, RELATIVE);
        Kallsyms found = builder.withSymbols(COUNT)
                .symbol('t', "late", builder.address() + 0x55)
                .find();

        assertThat(found.nearest(builder.address() + 0x56)).map(Symbol::name).hasValue("late");
        assertThat(found.nearest(builder.address() + 0x58)).map(Symbol::name).hasValue("symbol_5");
    }

    @Test
    void givesTheFirstOfSeveralSymbolsOfOneName() {
        KernelImageBuilder builder = builder(ADDRESSES_FIRST, RELATIVE).withSymbols(COUNT);
        long first = builder.address() + 8;

        // withSymbols repeats the first three names at its end.
        assertThat(builder.symbols())
                .filteredOn(symbol -> symbol.name().equals("symbol_0"))
                .hasSize(2);
        assertThat(builder.find().address("symbol_0")).hasValue(first);
    }
}
