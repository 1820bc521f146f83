package io.memflow.guest.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.host.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packages one kernel consists of. A meta package names the image package of the day; since 7.2 an image package only
 * names a {@code linux-binary-*} package with the kernel and a {@code linux-modules-*} package with its modules.
 *
 * @param names packages with the kernel's files, the most general first
 * @param version version of the first of them
 */
record KernelPackages(List<String> names, String version) {
    private static final Pattern PART = Pattern.compile("linux-(image|binary|modules)-[0-9].*");
    private static final Pattern DEPENDS = Pattern.compile("(?m)^\\s*Depends: (\\S+)$");
    private static final Pattern VERSION = Pattern.compile("(?m)^Version: (\\S+)$");

    private static final String MODULES = "linux-modules-";

    /** The kernel that was inside another file, beside that file. */
    private static final String UNPACKED = "Image";

    /** More than meta, image, binary and modules package together; a guard against cycles in broken lists. */
    private static final int MOST_PACKAGES = 8;

    /** One name for the whole set, fit for a folder. */
    String folderName() {
        return (names.getFirst() + "_" + version).replaceAll("[^A-Za-z0-9.+~_-]", "_");
    }

    /**
     * Follows a real or meta package to the packages with the kernel's files.
     *
     * @return empty when the lists do not know the package
     */
    static Optional<KernelPackages> of(AptRoot apt, String name) {
        Set<String> found = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty() && found.size() < MOST_PACKAGES) {
            String next = open.removeFirst();
            if (found.contains(next)) {
                continue;
            }
            CommandResult depends =
                    apt.command("apt-cache", "depends", "--important", next).run();
            if (!depends.succeeded()) {
                return Optional.empty();
            }
            found.add(next);
            Matcher matcher = DEPENDS.matcher(depends.output());
            while (matcher.find()) {
                if (PART.matcher(matcher.group(1)).matches()) {
                    open.addLast(matcher.group(1));
                }
            }
        }
        List<String> parts =
                found.stream().filter(part -> PART.matcher(part).matches()).toList();
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        String show = apt.command("apt-cache", "show", "--no-all-versions", parts.getFirst())
                .run()
                .output();
        Matcher version = VERSION.matcher(show);
        return version.find() ? Optional.of(new KernelPackages(parts, version.group(1))) : Optional.empty();
    }

    /** The real packages whose names match, the newest first. */
    static List<String> matching(AptRoot apt, Pattern pattern) {
        String names = apt.command("apt-cache", "pkgnames", "linux-image-").runOrFail();
        return names.lines()
                .filter(name -> pattern.matcher(name).matches())
                .sorted(DebianVersionOrder.INSTANCE.reversed())
                .toList();
    }

    /** The same without the packages that hold nothing but modules; they are large on some architectures. */
    KernelPackages withoutModules() {
        return new KernelPackages(
                names.stream().filter(name -> !name.startsWith(MODULES)).toList(), version + "-without-modules");
    }

    /**
     * Downloads all packages, unpacks them over each other, and what only firmware could unpack, too.
     *
     * @param scratch an empty folder for the packages themselves
     * @throws KernelUnreachableException when the mirror does not serve one of them
     */
    void unpack(AptRoot apt, Path scratch, Path target) throws IOException {
        DebPackages.unpack(apt, names, scratch, target);
        Path image = kernelIn(target).image();
        byte[] bytes = Files.readAllBytes(image);
        if (EfiZboot.isZboot(bytes)) {
            EfiZboot.unpack(bytes, image.resolveSibling(UNPACKED));
        }
    }

    /**
     * Finds the kernel among unpacked files: {@code boot/vmlinuz-RELEASE}, or since 7.2
     * {@code usr/lib/modules/RELEASE/vmlinuz}.
     *
     * @throws MemflowException when there is none
     */
    static GuestKernel kernelIn(Path folder) {
        try (Stream<Path> files =
                Files.find(folder, MOST_PACKAGES, (file, attributes) -> attributes.isRegularFile() && isImage(file))) {
            Path image = files.sorted().findFirst().orElseThrow(() -> noKernel(folder, null));
            String name = image.getFileName().toString();
            String release = name.equals("vmlinuz")
                    ? image.getName(image.getNameCount() - 2).toString()
                    : name.substring("vmlinuz-".length());
            Path merged = folder.resolve("usr/lib/modules").resolve(release);
            Path modules = Files.isDirectory(merged)
                    ? merged
                    : folder.resolve("lib/modules").resolve(release);
            Path unpacked = image.resolveSibling(UNPACKED);
            Path bootable = Files.isRegularFile(unpacked) ? unpacked : image;
            return new GuestKernel(release, folder.getFileName().toString(), bootable, modules);
        } catch (IOException e) {
            throw noKernel(folder, e);
        }
    }

    private static boolean isImage(Path file) {
        String name = file.getFileName().toString();
        return name.equals("vmlinuz") || name.startsWith("vmlinuz-");
    }

    private static MemflowException noKernel(Path folder, @Nullable IOException cause) {
        return new MemflowException(
                ErrorOrigin.OTHER,
                ErrorKind.NOT_FOUND,
                "The unpacked kernel packages in %s hold no vmlinuz: delete that folder and try again."
                        .formatted(folder),
                cause);
    }
}
