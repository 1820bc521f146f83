package io.memflow.guest.kernel;

import io.memflow.guest.architecture.GuestArchitecture;
import java.util.List;
import java.util.function.Consumer;

/**
 * Package lists of the Debian mirror this machine is configured for, fetched on demand into the user's cache. Immutable.
 *
 * @param cache beside which the lists are kept
 * @param architecture whose packages are listed
 */
record DebianLists(KernelCache cache, GuestArchitecture architecture) {
    /** This machine's own suites, fetched now. */
    AptRoot fresh(Consumer<String> progress) {
        progress.accept("fetching the package lists of this machine's Debian suites");
        return AptRoot.fresh(cache.sibling("apt").resolve("own"));
    }

    /**
     * Given suites, fetched now.
     *
     * @throws KernelUnreachableException when a list cannot be fetched
     */
    AptRoot ofSuites(List<String> suites, Consumer<String> progress) {
        AptRoot.Mirrors mirrors = AptRoot.ofThisMachine()
                .mirrors()
                .or(() -> fresh(progress).mirrors())
                .orElseThrow(() -> new KernelUnreachableException(
                        "This machine's apt knows no Debian mirror: add one to apt's sources.", null));
        String name = architecture.debianName();
        progress.accept("fetching the package lists of Debian %s for %s".formatted(String.join(", ", suites), name));
        // The folder of the first architecture there was keeps its old name, and so its lists.
        String folder = String.join("+", suites) + (architecture == GuestArchitecture.X86_64 ? "" : "_" + name);
        return AptRoot.ofSuites(cache.sibling("apt").resolve(folder), mirrors, suites, name);
    }
}
