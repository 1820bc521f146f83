package io.memflow.guest.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.host.HostCommand;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.initramfs.Initramfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Takes single modules out of a kernel package, unpacked as far as {@code insmod} needs. */
public final class KernelModules {
    /** Newer Debian kernels compress their modules. */
    private static final String COMPRESSED = ".ko.xz";

    private static final String PLAIN = ".ko";

    private KernelModules() {}

    /**
     * Puts modules into {@code /modules} of an initramfs, numbered in the given order, which must load each module after
     * those it needs. Names the kernel does not have are left out.
     *
     * @return the names that were found
     * @throws MemflowException when a module cannot be read or unpacked
     */
    public static List<String> add(Initramfs initramfs, GuestKernel kernel, List<String> names) {
        List<String> added = new ArrayList<>();
        for (String name : names) {
            List<Path> files = find(kernel.moduleFolder(), name);
            if (!files.isEmpty()) {
                String path = "/modules/%02d-%s.ko".formatted(added.size(), name);
                initramfs.file(path, unpacked(files.getFirst()), Initramfs.PLAIN);
                added.add(name);
            }
        }
        return added;
    }

    private static List<Path> find(Path folder, String name) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> {
                        String text = file.getFileName().toString();
                        return text.equals(name + PLAIN) || text.equals(name + COMPRESSED);
                    })
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** Unpacks a copy, since another process may be reading the cache. */
    private static byte[] unpacked(Path module) {
        String name = module.getFileName().toString();
        try {
            if (name.endsWith(PLAIN)) {
                return Files.readAllBytes(module);
            }
            Path copy = Files.createTempFile("memflow-module-", COMPRESSED);
            Path plain = copy.resolveSibling(copy.getFileName().toString().replace(COMPRESSED, PLAIN));
            try {
                Files.copy(module, copy, StandardCopyOption.REPLACE_EXISTING);
                String busybox = HostProgram.BUSYBOX.require().toString();
                HostCommand.of(busybox, "unxz", copy.toString()).runOrFail();
                return Files.readAllBytes(plain);
            } finally {
                Files.deleteIfExists(copy);
                Files.deleteIfExists(plain);
            }
        } catch (IOException e) {
            throw unreadable(module, e);
        }
    }

    private static MemflowException unreadable(Path path, IOException cause) {
        return new MemflowException(
                ErrorOrigin.OTHER,
                ErrorKind.UNABLE_TO_READ_FILE,
                "The kernel modules at %s could not be read: %s".formatted(path, cause.getMessage()),
                cause);
    }
}
