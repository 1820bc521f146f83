package io.memflow.guest.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The newest kernel that Debian packages give, kept in the user's cache. An answer of the last seven days is used without
 * asking the mirror; an older one is used, with a note, when the mirror cannot be reached. Kernel packages are renamed
 * with every update, so a source names a meta package or a pattern, never one exact kernel. Immutable, thread-safe.
 */
public final class DebianKernel implements KernelSource {
    private static final Duration FRESH = Duration.ofDays(7);

    private static final Duration ANY_AGE = Duration.ofDays(36_500);

    /** How many of the newest matching packages are tried before giving up. */
    private static final int MOST_CANDIDATES = 3;

    private static final String SECURITY = "-security";

    /** A package by its name, or the newest of those whose names match. */
    private sealed interface Choice {
        List<String> candidates(AptRoot apt);
    }

    private record Named(String name) implements Choice {
        @Override
        public List<String> candidates(AptRoot apt) {
            return List.of(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private record Matching(Pattern pattern) implements Choice {
        @Override
        public List<String> candidates(AptRoot apt) {
            List<String> all = KernelPackages.matching(apt, pattern);
            return all.subList(0, Math.min(MOST_CANDIDATES, all.size()));
        }

        @Override
        public String toString() {
            return pattern.pattern();
        }
    }

    private enum Parts {
        ALL,
        WITHOUT_MODULES
    }

    private final Choice choice;
    private final List<String> suites;
    private final GuestArchitecture architecture;
    private final Parts parts;
    private final KernelCache cache;

    private DebianKernel(
            Choice choice, List<String> suites, GuestArchitecture architecture, Parts parts, KernelCache cache) {
        this.choice = choice;
        this.suites = List.copyOf(suites);
        this.architecture = architecture;
        this.parts = parts;
        this.cache = cache;
    }

    private static DebianKernel of(Choice choice, List<String> suites) {
        return new DebianKernel(choice, suites, GuestArchitecture.X86_64, Parts.ALL, KernelCache.ofUser());
    }

    /**
     * The kernel of a package in the suites this machine uses itself.
     *
     * @param packageName a real or a meta package, for example {@code linux-image-cloud-amd64}
     */
    public static DebianKernel ofThisMachine(String packageName) {
        return of(new Named(packageName), List.of());
    }

    /**
     * The kernel of a package in given suites of the mirror this machine is configured for. When a suite of security
     * updates lists a file that the mirror lacks, the suites without it are tried.
     *
     * @param suites for example {@code bullseye} and {@code bullseye-security}
     */
    public static DebianKernel ofSuites(String packageName, List<String> suites) {
        return of(new Named(packageName), suites);
    }

    /** As {@link #ofSuites}, for the newest of the packages whose whole name matches. */
    public static DebianKernel matching(Pattern packageNames, List<String> suites) {
        return of(new Matching(packageNames), suites);
    }

    /** The same source with its cache in another folder. */
    public DebianKernel cachedIn(Path folder) {
        return new DebianKernel(choice, suites, architecture, parts, new KernelCache(folder));
    }

    /**
     * The same source for another architecture than x86-64, whatever this machine's own is.
     *
     * @throws IllegalStateException when it names no suites: this machine's own lists know this machine's packages only
     */
    public DebianKernel of(GuestArchitecture other) {
        if (suites.isEmpty()) {
            throw new IllegalStateException("a kernel of another architecture needs the suites to look into");
        }
        return new DebianKernel(choice, suites, other, parts, cache);
    }

    /** The same source without its modules where they are a package of their own, which is large for some kernels. */
    public DebianKernel withoutModules() {
        return new DebianKernel(choice, suites, architecture, Parts.WITHOUT_MODULES, cache);
    }

    @Override
    public GuestKernel resolve(Consumer<String> progress) {
        return cache.exclusively(() -> {
            Optional<GuestKernel> young = cache.find(key(), FRESH);
            return young.isPresent() ? young.get() : fetchOrKeep(progress);
        });
    }

    private GuestKernel fetchOrKeep(Consumer<String> progress) throws IOException {
        try {
            return fetch(progress);
        } catch (KernelUnreachableException e) {
            Optional<GuestKernel> old = cache.find(key(), ANY_AGE);
            old.ifPresent(kernel -> progress.accept(
                    "the mirror cannot be reached: using the cached kernel %s".formatted(kernel.release())));
            return old.orElseThrow(() -> e);
        }
    }

    private GuestKernel fetch(Consumer<String> progress) throws IOException {
        if (HostProgram.find("apt-get").isEmpty()
                || HostProgram.find("dpkg-deb").isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.NOT_SUPPORTED,
                    "Guest kernels are taken from Debian packages, and this machine has no apt: use a Debian machine.");
        }
        Optional<KernelUnreachableException> unreachable = Optional.empty();
        for (Supplier<AptRoot> attempt : attempts(progress)) {
            try {
                Optional<GuestKernel> kernel = fetchFrom(attempt.get(), progress);
                if (kernel.isPresent()) {
                    return kernel.get();
                }
            } catch (KernelUnreachableException e) {
                unreachable = Optional.of(e);
            }
        }
        throw unreachable
                .<MemflowException>map(e -> e)
                .orElseGet(() -> new MemflowException(
                        ErrorOrigin.OTHER,
                        ErrorKind.NOT_FOUND,
                        "No Debian package %s with a kernel is in %s: check the name and apt's sources."
                                .formatted(choice, suites.isEmpty() ? "this machine's suites" : suites)));
    }

    /** The lists to look into, one after the other; those that cost network come last and are fetched only then. */
    private List<Supplier<AptRoot>> attempts(Consumer<String> progress) {
        AptRoot own = AptRoot.ofThisMachine();
        DebianLists lists = new DebianLists(cache, architecture);
        List<Supplier<AptRoot>> attempts = new ArrayList<>();
        if (suites.isEmpty()) {
            attempts.add(() -> own);
            attempts.add(() -> lists.fresh(progress));
            return attempts;
        }
        if (architecture == GuestArchitecture.X86_64 && own.suites().containsAll(suites)) {
            attempts.add(() -> own);
        }
        attempts.add(() -> lists.ofSuites(suites, progress));
        List<String> calm =
                suites.stream().filter(suite -> !suite.endsWith(SECURITY)).toList();
        if (calm.size() < suites.size() && !calm.isEmpty()) {
            attempts.add(() -> lists.ofSuites(calm, progress));
        }
        return attempts;
    }

    private Optional<GuestKernel> fetchFrom(AptRoot apt, Consumer<String> progress) throws IOException {
        Optional<KernelUnreachableException> unreachable = Optional.empty();
        for (String candidate : choice.candidates(apt)) {
            Optional<KernelPackages> packages = KernelPackages.of(apt, candidate);
            if (packages.isEmpty()) {
                continue;
            }
            try {
                KernelPackages found =
                        parts == Parts.ALL ? packages.get() : packages.get().withoutModules();
                return Optional.of(cache.store(key(), found.folderName(), (scratch, target) -> {
                    progress.accept("downloading %s %s".formatted(found.names().getFirst(), found.version()));
                    found.unpack(apt, scratch, target);
                }));
            } catch (KernelUnreachableException e) {
                unreachable = Optional.of(e);
            }
        }
        if (unreachable.isPresent()) {
            throw unreachable.get();
        }
        return Optional.empty();
    }

    /** A file name for this source. */
    private String key() {
        String all = suites.isEmpty() ? choice.toString() : choice + "@" + String.join("+", suites);
        if (architecture != GuestArchitecture.X86_64) {
            all += "@" + architecture.debianName();
        }
        if (parts == Parts.WITHOUT_MODULES) {
            all += "@without-modules";
        }
        return all.replaceAll("[^A-Za-z0-9.+~@_-]", "_");
    }
}
