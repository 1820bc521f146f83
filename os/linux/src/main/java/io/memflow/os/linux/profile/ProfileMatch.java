package io.memflow.os.linux.profile;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that was found to be of the kernel in memory. Immutable.
 *
 * @param symbols the kernel's own, completed by the file's
 * @param evidence by what it was found to be, sentence fragments
 */
public record ProfileMatch(SymbolTable symbols, List<String> evidence) {
    public ProfileMatch {
        evidence = List.copyOf(evidence);
    }

    /**
     * Compares a file with the kernel in memory.
     *
     * @throws MemflowException that says what disagrees, when the file is of another kernel or nothing in it tells of which
     */
    public static ProfileMatch of(KernelProfile profile, LoadedKernel kernel) {
        List<String> evidence = new ArrayList<>();
        checkRelease(profile, kernel, evidence);
        checkBanner(profile, kernel, evidence);
        if (profile.symbols().size() == 0) {
            if (evidence.isEmpty()) {
                throw refused(profile, "nothing in it tells which kernel it is of: it names no banner and no symbols");
            }
            return new ProfileMatch(kernel.symbols(), evidence);
        }
        long slide = slide(profile, kernel, evidence);
        SymbolTable moved = moved(profile.symbols(), slide, kernel);
        checkBuildId(profile, moved, kernel, evidence);
        checkBannerPlace(profile, moved, kernel, evidence);
        evidence.add("slide " + Address.format(slide));
        return new ProfileMatch(CompletedSymbols.of(kernel.symbols(), moved), evidence);
    }

    private static void checkRelease(KernelProfile profile, LoadedKernel kernel, List<String> evidence) {
        if (profile.release().isPresent()) {
            String release = profile.release().get();
            if (!kernel.banner().contains(" " + release + " ")) {
                throw refused(
                        profile,
                        "it is of release \"%s\", but the kernel in memory says \"%s\""
                                .formatted(release, kernel.banner().strip()));
            }
            evidence.add("its release is the kernel's");
        }
    }

    private static void checkBanner(KernelProfile profile, LoadedKernel kernel, List<String> evidence) {
        if (profile.banner().isPresent()) {
            String banner = profile.banner().get().strip();
            if (!banner.equals(kernel.banner().strip())) {
                throw refused(
                        profile,
                        "it is of \"%s\", but the kernel in memory says \"%s\""
                                .formatted(banner, kernel.banner().strip()));
            }
            evidence.add("its banner is the kernel's");
        }
    }

    private static long slide(KernelProfile profile, LoadedKernel kernel, List<String> evidence) {
        SlideSearch search = new SlideSearch(profile.symbols(), kernel);
        Optional<SlideSearch.Found> found = search.bySymbols().or(search::byBanner);
        if (found.isEmpty()) {
            throw refused(
                    profile,
                    "no distance between its addresses and the kernel's fits: it has no symbol in common with the kernel,"
                            + " and its linux_banner and %s lead nowhere".formatted(kernel.rootSymbol()));
        }
        SlideSearch.Found best = found.get();
        if (best.isRefuted()) {
            throw refused(
                    profile,
                    "of %d symbols that both have, %d lie elsewhere, such as %s"
                            .formatted(best.agreed() + best.disagreed(), best.disagreed(), best.example()));
        }
        evidence.add(best.finding());
        return best.slide();
    }

    private static SymbolTable moved(SymbolTable linked, long slide, LoadedKernel kernel) {
        List<Symbol> moved = new ArrayList<>();
        SlideSearch.Space space = SlideSearch.Space.of(kernel);
        linked.forEach(symbol -> moved.add(
                new Symbol(symbol.name(), space.moved(symbol.address(), slide), symbol.type(), symbol.module())));
        return SymbolList.of(moved);
    }

    private static void checkBuildId(
            KernelProfile profile, SymbolTable moved, LoadedKernel kernel, List<String> evidence) {
        if (profile.buildId().isEmpty()) {
            return;
        }
        Optional<String> own = BuildIdNote.of(kernel, moved);
        if (own.isPresent() && !own.get().equals(profile.buildId().get())) {
            throw refused(
                    profile,
                    "its build id is %s, that of the kernel in memory %s"
                            .formatted(profile.buildId().get(), own.get()));
        }
        own.ifPresent(same -> evidence.add("its build id is the kernel's, " + same));
    }

    /** The one text that every kernel has: where the file says it is. */
    private static void checkBannerPlace(
            KernelProfile profile, SymbolTable moved, LoadedKernel kernel, List<String> evidence) {
        if (moved.address("linux_banner").isEmpty()) {
            return;
        }
        long address = moved.address("linux_banner").getAsLong();
        String text;
        try {
            text = kernel.memory().readUtf8Lossy(address, 2 * kernel.banner().length() + 1);
        } catch (MemflowException unreadable) {
            text = "nothing that can be read";
        }
        if (!text.strip().equals(kernel.banner().strip())) {
            throw refused(
                    profile,
                    "its linux_banner leads to %s, where there is \"%s\""
                            .formatted(Address.format(address), text.strip()));
        }
        evidence.add("the kernel's banner is where its linux_banner is");
    }

    private static MemflowException refused(KernelProfile profile, String why) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.VERSION_MISMATCH,
                "%s is not used: %s. Give the file of this very build, or none.".formatted(profile.origin(), why));
    }
}
