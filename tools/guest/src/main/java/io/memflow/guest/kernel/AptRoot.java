package io.memflow.guest.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.host.CommandResult;
import io.memflow.guest.host.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A view on Debian package lists: either this machine's own, or a private one in a folder of ours with lists of its own.
 * Nothing of the machine's apt is changed, and root is not needed. Immutable.
 */
final class AptRoot {
    private static final Path DEBIAN_KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final String SECURITY = "-security";

    private final Optional<Path> configuration;

    private AptRoot(Optional<Path> configuration) {
        this.configuration = configuration;
    }

    /** The machine's own lists, in the state its last update left them. */
    static AptRoot ofThisMachine() {
        return new AptRoot(Optional.empty());
    }

    /**
     * The machine's own sources, with lists fetched now into {@code folder}.
     *
     * @throws KernelUnreachableException when no list could be fetched
     */
    static AptRoot fresh(Path folder) {
        return privateRoot(folder, "", "");
    }

    /**
     * Other suites of the Debian mirrors this machine is configured for, with lists fetched now into {@code folder}.
     *
     * @param mirrors where to find them
     * @param suites suite names such as {@code bullseye} and {@code bullseye-security}
     * @param architecture Debian's name of the architecture to list, whatever this machine's own is
     * @throws KernelUnreachableException when a list could not be fetched
     */
    static AptRoot ofSuites(Path folder, Mirrors mirrors, List<String> suites, String architecture) {
        StringBuilder sources = new StringBuilder();
        String signedBy = Files.isReadable(DEBIAN_KEYRING) ? "[signed-by=" + DEBIAN_KEYRING + "] " : "";
        for (String suite : suites) {
            String mirror = suite.endsWith(SECURITY) ? mirrors.security() : mirrors.main();
            sources.append("deb %s%s %s main%n".formatted(signedBy, mirror, suite));
        }
        return privateRoot(folder, sources.toString(), architecture);
    }

    /** Base addresses of the mirrors of the main archive and of its security updates. */
    record Mirrors(String main, String security) {}

    /** The Debian mirrors these lists come from, empty when they hold no Debian list. */
    Optional<Mirrors> mirrors() {
        Optional<String> main = Optional.empty();
        Optional<String> security = Optional.empty();
        for (Target target : targets()) {
            if (target.codename().endsWith(SECURITY)) {
                security = Optional.of(target.address());
            } else {
                main = main.or(() -> Optional.of(target.address()));
            }
        }
        Optional<String> updates = security;
        return main.map(address -> new Mirrors(address, updates.orElseGet(() -> besides(address))));
    }

    /** Code names of the Debian suites in these lists. */
    List<String> suites() {
        return targets().stream().map(Target::codename).distinct().toList();
    }

    /**
     * Runs {@code apt-get} or {@code apt-cache} on these lists.
     *
     * @throws MemflowException when this machine has no apt
     */
    HostCommand command(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(program, "-q", "-o", "APT::Sandbox::User=root"));
        words.addAll(List.of(arguments));
        HostCommand command = HostCommand.of(words);
        return configuration
                .map(file -> command.with("APT_CONFIG", file.toString()))
                .orElse(command);
    }

    private record Target(String codename, String address) {}

    private List<Target> targets() {
        String lines = command("apt-get", "indextargets", "--format", "$(ORIGIN)|$(CREATED_BY)|$(CODENAME)|$(REPO_URI)")
                .runOrFail();
        return lines.lines()
                .map(line -> line.split("\\|", -1))
                .filter(fields -> fields.length == 4 && fields[0].equals("Debian") && fields[1].equals("Packages"))
                .map(fields -> new Target(fields[2], fields[3]))
                .distinct()
                .toList();
    }

    /** Debian's mirrors keep both archives side by side. */
    private static String besides(String main) {
        return main.replaceFirst("/debian/?$", "/debian-security/");
    }

    /** Sources of our own for one architecture; with neither, the machine's own. */
    private static AptRoot privateRoot(Path folder, String sources, String architecture) {
        boolean ownSources = sources.isEmpty();
        AptRoot root = new AptRoot(Optional.of(folder.resolve("apt.conf")));
        try {
            Files.createDirectories(folder.resolve("lists/partial"));
            Files.createDirectories(folder.resolve("cache/archives/partial"));
            Files.writeString(folder.resolve("status"), "");
            Files.writeString(folder.resolve("sources.list"), sources);
            Files.writeString(
                    folder.resolve("apt.conf"),
                    ownSources ? state(folder) : state(folder) + ownSources(folder, architecture));
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_WRITE_FILE,
                    "The private apt folder %s could not be written: %s".formatted(folder, e.getMessage()),
                    e);
        }
        // A source of another vendor may well be out of reach: with the machine's own sources only a total loss counts.
        CommandResult update = ownSources
                ? root.command("apt-get", "update").run()
                : root.command("apt-get", "update", "--error-on=any").run();
        boolean useless = ownSources ? root.targets().isEmpty() : !update.succeeded();
        if (useless) {
            throw new KernelUnreachableException(
                    "Debian's package lists could not be fetched (%s): check the network and apt's sources."
                            .formatted(update.complaint()),
                    null);
        }
        return root;
    }

    private static String state(Path folder) {
        return """
                Dir::State "%1$s";
                Dir::State::lists "%1$s/lists";
                Dir::State::status "%1$s/status";
                Dir::Cache "%1$s/cache";
                Acquire::Languages "none";
                Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
                APT::Sandbox::User "root";
                """.formatted(folder);
    }

    private static String ownSources(Path folder, String architecture) {
        return """
                Dir::Etc::sourcelist "%1$s/sources.list";
                Dir::Etc::sourceparts "/dev/null";
                Dir::Etc::preferencesparts "/dev/null";
                APT::Architecture "%2$s";
                APT::Architectures { "%2$s"; };
                """.formatted(folder, architecture);
    }
}
