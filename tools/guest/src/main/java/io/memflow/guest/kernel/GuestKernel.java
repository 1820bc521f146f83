package io.memflow.guest.kernel;

import java.nio.file.Path;

/**
 * A kernel that can be booted, as files of this machine. Immutable.
 *
 * @param release what {@code uname -r} prints in the guest, for example {@code "6.1.0-56-cloud-amd64"}
 * @param packageVersion name and version of its package, for example {@code "linux-image-6.1.0-56-cloud-amd64_6.1.192-2"}
 * @param image the kernel image in a form that QEMU can start
 * @param moduleFolder folder with this release's modules; may be missing
 */
public record GuestKernel(String release, String packageVersion, Path image, Path moduleFolder) {}
