package io.memflow.guest.kernel;

import io.memflow.guest.host.CommandResult;
import io.memflow.guest.host.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Downloads Debian packages and unpacks their files without installing anything. */
final class DebPackages {
    private DebPackages() {}

    /**
     * Downloads packages and unpacks them over each other.
     *
     * @param scratch a folder without packages, for the packages themselves
     * @throws KernelUnreachableException when the mirror does not serve one of them
     */
    static void unpack(AptRoot apt, List<String> names, Path scratch, Path target) throws IOException {
        List<String> words = new ArrayList<>(List.of("download"));
        words.addAll(names);
        CommandResult download =
                apt.command("apt-get", words.toArray(String[]::new)).in(scratch).run();
        if (!download.succeeded()) {
            throw new KernelUnreachableException(
                    "The mirror does not serve %s (%s): try again later, or another suite."
                            .formatted(names.getFirst(), download.complaint()),
                    null);
        }
        Files.createDirectories(target);
        for (Path deb : debs(scratch)) {
            HostCommand.of("dpkg-deb", "-x", deb.toString(), target.toString()).runOrFail();
        }
    }

    private static List<Path> debs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .sorted()
                    .toList();
        }
    }
}
