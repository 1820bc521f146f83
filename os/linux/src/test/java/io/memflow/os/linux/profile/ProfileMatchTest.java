package io.memflow.os.linux.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.linux.structure.TestMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProfileMatchTest {
    private static final String BANNER = "Linux version 6.1.0-56-test (somebody@somewhere) #1 SMP\n";
    private static final long SLIDE = 0x20_0000;
    /** Where the kernel was linked to: its image then begins with the machine's memory. */
    private static final long LINKED = TestMachine.BASE - SLIDE;

    private static final long BANNER_OFFSET = 0x10_0000;
    private static final long NOTES_OFFSET = 0x11_0000;
    private static final long CODE_OFFSET = 0x20_0000;
    /** The machine's root table. */
    private static final long ROOT_OFFSET = 0x1000;

    private static final int NAMES = 200;

    private final TestMachine machine = new TestMachine().text(TestMachine.BASE + BANNER_OFFSET, BANNER);

    private LoadedKernel kernel(SymbolTable own) {
        return new LoadedKernel(
                machine.kernel(6, 1).memory(),
                own,
                BANNER,
                machine.physical().direct(0, 4 << 20).orElseThrow(),
                TestMachine.BASE,
                "init_top_pgt");
    }

    private static List<Symbol> symbols(long base, int step) {
        List<Symbol> symbols = new ArrayList<>();
        for (int i = 0; i < NAMES; i++) {
            symbols.add(new Symbol("function_" + i, base + CODE_OFFSET + (long) i * step, 'T', ""));
        }
        return symbols;
    }

    private static List<Symbol> linked() {
        List<Symbol> symbols = symbols(LINKED, 16);
        symbols.add(new Symbol("linux_banner", LINKED + BANNER_OFFSET, 'D', ""));
        symbols.add(new Symbol("init_top_pgt", LINKED + ROOT_OFFSET, 'D', ""));
        symbols.add(new Symbol("fixed_percpu_data", 0, 'D', ""));
        symbols.add(new Symbol("__start_notes", LINKED + NOTES_OFFSET, 'R', ""));
        symbols.add(new Symbol("__stop_notes", LINKED + NOTES_OFFSET + 0x40, 'R', ""));
        return symbols;
    }

    private static KernelProfile profile(List<Symbol> symbols) {
        return profile(symbols, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static KernelProfile profile(
            List<Symbol> symbols, Optional<String> banner, Optional<String> buildId, Optional<String> release) {
        return new KernelProfile("System.map test", SymbolList.of(symbols), Optional.empty(), banner, buildId, release);
    }

    private static SymbolTable own() {
        return SymbolList.of(symbols(TestMachine.BASE, 16));
    }

    @Test
    void findsTheSlideByNamesThatBothHave() {
        ProfileMatch match = ProfileMatch.of(profile(linked()), kernel(own()));

        assertThat(match.symbols().address("init_top_pgt")).hasValue(TestMachine.BASE + ROOT_OFFSET);
        assertThat(match.symbols().address("function_7")).hasValue(TestMachine.BASE + CODE_OFFSET + 7 * 16);
        assertThat(match.symbols().size()).isEqualTo(NAMES + 5);
        assertThat(match.evidence())
                .anyMatch(line -> line.contains("200 names"))
                .anyMatch(line -> line.contains("slide 0x200000"));
    }

    @Test
    void leavesAddressesBelowTheKernelWhereTheyAre() {
        assertThat(ProfileMatch.of(profile(linked()), kernel(own())).symbols().address("fixed_percpu_data"))
                .hasValue(0);
    }

    @Test
    void findsTheSlideByBannerAndRootWhereTheKernelHasNoSymbols() {
        ProfileMatch match = ProfileMatch.of(profile(linked()), kernel(SymbolList.of(List.of())));

        assertThat(match.symbols().address("function_7")).hasValue(TestMachine.BASE + CODE_OFFSET + 7 * 16);
    }

    @Test
    void completesNearestSymbols() {
        SymbolTable symbols = ProfileMatch.of(profile(linked()), kernel(own())).symbols();

        assertThat(symbols.nearest(TestMachine.BASE + BANNER_OFFSET + 4))
                .map(Symbol::name)
                .contains("linux_banner");
        assertThat(symbols.nearest(TestMachine.BASE + CODE_OFFSET + 4))
                .map(Symbol::name)
                .contains("function_0");
    }

    @Test
    void refusesSymbolsOfAnotherBuild() {
        List<Symbol> others = symbols(LINKED, 24);

        assertThatThrownBy(() -> ProfileMatch.of(profile(others), kernel(own())))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("lie elsewhere")
                .hasMessageContaining("function_");
    }

    @Test
    void refusesWhatFitsNoBannerAndNoRoot() {
        List<Symbol> others = linked();
        others.removeIf(symbol -> symbol.name().equals("init_top_pgt"));
        others.add(new Symbol("init_top_pgt", LINKED + 0x5000, 'D', ""));

        assertThatThrownBy(() -> ProfileMatch.of(profile(others), kernel(SymbolList.of(List.of()))))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("init_top_pgt");
    }

    @Test
    void refusesAnotherBanner() {
        KernelProfile other =
                profile(linked(), Optional.of(BANNER.replace("#1", "#2")), Optional.empty(), Optional.empty());

        assertThatThrownBy(() -> ProfileMatch.of(other, kernel(own())))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("#2 SMP")
                .hasMessageContaining("#1 SMP");
    }

    @Test
    void refusesABannerThatIsElsewhere() {
        List<Symbol> others = linked();
        others.replaceAll(symbol -> symbol.name().equals("linux_banner")
                ? new Symbol("linux_banner", symbol.address() + 8, 'D', "")
                : symbol);

        assertThatThrownBy(() -> ProfileMatch.of(profile(others), kernel(own())))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("linux_banner leads to");
    }

    @Test
    void comparesBuildIds() {
        long notes = TestMachine.BASE + NOTES_OFFSET;
        machine.half(notes, 4)
                .half(notes + 4, 8)
                .half(notes + 8, 3)
                .text(notes + 12, "GNU")
                .word(notes + 16, 0x0102_0304_0506_0708L);
        KernelProfile same = profile(linked(), Optional.empty(), Optional.of("0807060504030201"), Optional.empty());
        KernelProfile other = profile(linked(), Optional.empty(), Optional.of("ffffffffffffffff"), Optional.empty());

        assertThat(ProfileMatch.of(same, kernel(own())).evidence()).anyMatch(line -> line.contains("build id"));
        assertThatThrownBy(() -> ProfileMatch.of(other, kernel(own())))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("0807060504030201");
    }

    @Test
    void comparesTheReleaseOfModules() {
        KernelProfile same = profile(List.of(), Optional.empty(), Optional.empty(), Optional.of("6.1.0-56-test"));
        KernelProfile other = profile(List.of(), Optional.empty(), Optional.empty(), Optional.of("6.1.0-5"));

        assertThat(ProfileMatch.of(same, kernel(own())).symbols().size()).isEqualTo(NAMES);
        assertThatThrownBy(() -> ProfileMatch.of(other, kernel(own())))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("6.1.0-5\"");
    }

    @Test
    void refusesWhatTellsNotOfWhichKernelItIs() {
        assertThatThrownBy(() -> ProfileMatch.of(profile(List.of()), kernel(own())))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("no banner and no symbols");
    }
}
