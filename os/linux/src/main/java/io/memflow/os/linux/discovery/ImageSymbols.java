package io.memflow.os.linux.discovery;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.formats.kallsyms.PartialKallsyms;
import io.memflow.formats.ksymtab.Ksymtab;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The symbols in a kernel image: the whole table, what is left of it, what is exported, or none. Confined. */
final class ImageSymbols {
    private final PhysicalMemory memory;
    private final DiscoverySteps steps;

    ImageSymbols(PhysicalMemory memory, DiscoverySteps steps) {
        this.memory = memory;
        this.steps = steps;
    }

    /**
     * With its whole symbol table.
     *
     * @throws MemflowException when that cannot be decoded
     */
    LocatedKernel whole(ImagePlace place) {
        ImageBytes bytes = ImageBytes.of(memory, place.image());
        Duration imageTime = steps.lap();
        Kallsyms symbols = Kallsyms.find(
                bytes.segment(), place.image().virtualBase(), place.facts().pointerBytes());
        return located(place, bytes, symbols, place.banner(), imageTime);
    }

    /** With what is left of a damaged symbol table; empty when nothing of it can be told. */
    Optional<LocatedKernel> partly(ImagePlace place) {
        ImageBytes bytes = ImageBytes.of(memory, place.image());
        Duration imageTime = steps.lap();
        try {
            SymbolTable symbols = PartialKallsyms.find(
                    bytes.segment(), place.image().virtualBase(), place.facts().pointerBytes());
            Optional<String> banner = place.banner().or(() -> BannerText.in(bytes.segment()));
            return Optional.of(located(place, bytes, symbols, banner, imageTime));
        } catch (MemflowException nothingLeft) {
            return Optional.empty();
        }
    }

    /**
     * With what the kernel exports to its modules, in place of a table that cannot be decoded; empty when that is not found
     * either.
     *
     * @param why the table cannot be decoded
     */
    Optional<LocatedKernel> exported(ImagePlace place, MemflowException why) {
        ImageBytes bytes = ImageBytes.of(memory, place.image());
        Duration imageTime = steps.lap();
        return exports(place, bytes, why).map(symbols -> located(place, bytes, symbols, place.banner(), imageTime));
    }

    /**
     * With what it exports, or with no symbols at all: its lists can still be found by structure. Empty when no banner says
     * that it is a kernel.
     *
     * @param why its table cannot be decoded
     */
    Optional<LocatedKernel> exportedOrNone(ImagePlace place, MemflowException why) {
        ImageBytes bytes = ImageBytes.of(memory, place.image());
        Duration imageTime = steps.lap();
        Optional<String> banner = BannerText.in(bytes.segment());
        if (banner.isEmpty()) {
            return Optional.empty();
        }
        SymbolTable symbols = exports(place, bytes, why).orElseGet(() -> new NoSymbols(why.getMessage()));
        return Optional.of(located(place, bytes, symbols, banner, imageTime));
    }

    private static Optional<SymbolTable> exports(ImagePlace place, ImageBytes bytes, MemflowException why) {
        return Ksymtab.find(
                        bytes.segment(),
                        place.image().virtualBase(),
                        place.facts().pointerBytes())
                .map(found ->
                        found.withDefects(List.of("%s The %d symbols that it exports (__ksymtab) are used instead."
                                .formatted(why.getMessage(), found.size()))));
    }

    private LocatedKernel located(
            ImagePlace place, ImageBytes bytes, SymbolTable symbols, Optional<String> banner, Duration imageTime) {
        return new LocatedKernel(
                place.candidate(), place.facts(), bytes, symbols, banner, place.vmcoreinfos(), imageTime, steps.lap());
    }
}
