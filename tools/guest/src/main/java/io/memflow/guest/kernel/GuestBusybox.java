package io.memflow.guest.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;

/** The user space of a guest: this machine's own busybox, or for another architecture the one of Debian's package. */
public final class GuestBusybox {
    private static final String PACKAGE = "busybox-static";

    /** Where Debian's package has it: until 2023 in {@code /bin}, since then below {@code /usr}. */
    private static final List<String> PLACES = List.of("bin/busybox", "usr/bin/busybox");

    private GuestBusybox() {}

    /**
     * A busybox without need of any library; a foreign one is fetched once and kept in the user's cache.
     *
     * @param suites Debian suites to look into for a foreign one
     * @param progress receives one line before each step that takes long
     * @throws KernelUnreachableException when the mirror does not serve the package
     * @throws MemflowException when this machine has no busybox, or the cache cannot be written
     */
    public static Path of(GuestArchitecture architecture, List<String> suites, Consumer<String> progress) {
        if (architecture == GuestArchitecture.X86_64) {
            return HostProgram.BUSYBOX.require();
        }
        KernelCache cache = KernelCache.ofUser();
        return cache.exclusively(() -> {
            Path folder = Files.createDirectories(cache.sibling("busybox"));
            Path kept = folder.resolve(architecture.debianName());
            if (!Files.isRegularFile(kept)) {
                progress.accept("downloading %s for %s".formatted(PACKAGE, architecture.debianName()));
                AptRoot apt = new DebianLists(cache, architecture).ofSuites(suites, progress);
                Path scratch = Files.createTempDirectory(folder, "unpack-");
                try {
                    Path target = Files.createDirectory(scratch.resolve("files"));
                    DebPackages.unpack(apt, List.of(PACKAGE), scratch, target);
                    Files.move(found(target), kept, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    KernelCache.deleteTree(scratch);
                }
            }
            return kept;
        });
    }

    private static Path found(Path folder) {
        return PLACES.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OTHER,
                        ErrorKind.NOT_FOUND,
                        "Debian's package %s holds none of %s: its layout has changed.".formatted(PACKAGE, PLACES)));
    }
}
