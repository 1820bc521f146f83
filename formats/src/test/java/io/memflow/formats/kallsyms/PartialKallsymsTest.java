package io.memflow.formats.kallsyms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.Corruption;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartialKallsymsTest {
    private static final int PAGE = 4096;
    private static final int COUNT = 6000;
    /** Where {@link KernelImageBuilder} puts the table, and where the one of this size ends at the latest. */
    private static final int FIRST_PAGE = 0x1_2340 / PAGE;

    private static final int LAST_PAGE = 0x3_0000 / PAGE;

    private static List<KernelImageBuilder> layouts() {
        return List.of(
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU),
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU).markers(8),
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE, AddressEncoding.RELATIVE),
                new KernelImageBuilder(TableOrder.ADDRESSES_LAST, AddressEncoding.RELATIVE),
                new KernelImageBuilder(TableOrder.ADDRESSES_LAST, AddressEncoding.PLACE_RELATIVE).packed(),
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.ABSOLUTE),
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE).pointers(4));
    }

    /** What a user gets: the strict table, else the partial one. */
    private static Optional<SymbolTable> read(byte[] image, KernelImageBuilder layout) {
        MemorySegment bytes = MemorySegment.ofArray(image);
        try {
            return Optional.of(Kallsyms.find(bytes, layout.address(), layout.pointerBytes()));
        } catch (MemflowException damaged) {
            assertThat(damaged.kind()).isEqualTo(ErrorKind.NOT_FOUND);
        }
        try {
            return Optional.of(PartialKallsyms.find(bytes, layout.address(), layout.pointerBytes()));
        } catch (MemflowException lost) {
            assertThat(lost.kind()).isEqualTo(ErrorKind.NOT_FOUND);
            return Optional.empty();
        }
    }

    @Test
    void givesOnlyTrueSymbolsWhateverPageIsDamaged() {
        for (KernelImageBuilder layout : layouts()) {
            byte[] good = layout.withSymbols(COUNT).build();
            Set<Symbol> truth = new HashSet<>(layout.symbols());
            int partial = 0;
            for (int page = FIRST_PAGE; page < LAST_PAGE; page++) {
                for (boolean zeros : new boolean[] {true, false}) {
                    byte[] bad = damaged(good, page, zeros, 7L * page);
                    Optional<SymbolTable> table = read(bad, layout);
                    if (table.isPresent()) {
                        List<Symbol> found = new ArrayList<>();
                        table.get().forEach(found::add);
                        assertThat(truth).as("page %d, zeros %s", page, zeros).containsAll(found);
                        assertThat(found).hasSize(table.get().size());
                        assertThat(table.get().defects().isEmpty()).isEqualTo(found.size() == truth.size());
                        partial += found.size() < truth.size() && found.size() > COUNT / 2 ? 1 : 0;
                    }
                }
            }
            // Place-relative addresses are proven by linux_banner, which this image has not.
            boolean proven = layout.find().layout().encoding() != AddressEncoding.PLACE_RELATIVE;
            assertThat(partial).as("%s", layout.find().layout().order()).isGreaterThanOrEqualTo(proven ? 8 : 0);
        }
    }

    @Test
    void losesTheSymbolsOfADamagedPageAndItsBlocksOnly() {
        KernelImageBuilder layout =
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE).withSymbols(COUNT);
        byte[] good = layout.build();
        long names = layout.find().layout().namesAddress() - layout.address();
        byte[] bad = damaged(good, (int) (names / PAGE) + 3, false, 3);

        PartialKallsyms found = PartialKallsyms.find(MemorySegment.ofArray(bad), layout.address(), 8);

        // A page holds about 700 of these short names, which makes four blocks of 256 at most, and their neighbours.
        assertThat(found.size()).isGreaterThan(COUNT - 1800).isLessThan(COUNT - 256);
        assertThat(found.address("_text")).hasValue(layout.address());
        assertThat(found.defects()).singleElement().asString().contains("symbols are absent", "from number");
    }

    @Test
    void doesNotNameTheSymbolBeforeAGapAsTheNearest() {
        KernelImageBuilder layout =
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE).withSymbols(COUNT);
        long names = layout.find().layout().namesAddress() - layout.address();
        byte[] bad = damaged(layout.build(), (int) (names / PAGE) + 3, true, 3);
        PartialKallsyms found = PartialKallsyms.find(MemorySegment.ofArray(bad), layout.address(), 8);
        Set<String> known = new HashSet<>();
        found.forEach(symbol -> known.add(symbol.name()));

        for (Symbol symbol : layout.symbols()) {
            Optional<Symbol> nearest = found.nearest(symbol.address() + 1);
            nearest.ifPresent(near -> assertThat(near.address()).isEqualTo(symbol.address()));
            assertThat(nearest.isPresent()
                            || !known.contains(symbol.name())
                            || symbol.name().equals("_stext"))
                    .isTrue();
        }
    }

    @Test
    void refusesPlausibleAddressesOfZeros() {
        KernelImageBuilder layout =
                new KernelImageBuilder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE).withSymbols(COUNT);
        long addresses = layout.find().layout().addressesAddress() - layout.address();
        byte[] bad = damaged(layout.build(), (int) (addresses / PAGE) + 2, true, 3);

        assertThatThrownBy(() -> Kallsyms.find(MemorySegment.ofArray(bad), layout.address(), 8))
                .isInstanceOf(MemflowException.class);
        PartialKallsyms found = PartialKallsyms.find(MemorySegment.ofArray(bad), layout.address(), 8);
        assertThat(found.size()).isEqualTo(layout.symbols().size() - PAGE / Integer.BYTES);
    }

    @Test
    void survivesManyDamagedBytesWithoutAnotherException() {
        for (KernelImageBuilder layout : layouts()) {
            byte[] image = layout.small().withSymbols(600).build();
            Corruption.mutate(
                    image,
                    300,
                    23,
                    bytes -> PartialKallsyms.find(bytes, layout.address(), layout.pointerBytes())
                            .forEach(symbol -> assertThat(symbol.name()).isNotEmpty()));
            layout.symbols().clear();
        }
    }

    private static byte[] damaged(byte[] good, int page, boolean zeros, long seed) {
        byte[] bad = good.clone();
        byte[] bytes = new byte[PAGE];
        if (!zeros) {
            new Random(seed).nextBytes(bytes);
        }
        System.arraycopy(bytes, 0, bad, page * PAGE, Math.min(PAGE, bad.length - page * PAGE));
        return bad;
    }
}
