package io.memflow.os.nativelinux.proc;

import java.nio.file.Path;

/**
 * Where the kernel's file systems are mounted. Immutable.
 *
 * @param proc proc(5)
 * @param sys sysfs(5)
 * @param dev devices
 */
public record Roots(Path proc, Path sys, Path dev) {
    /** Where every Linux system has them. */
    public static Roots ofThisMachine() {
        return new Roots(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));
    }

    /** The directory of a process. */
    public Path process(int pid) {
        return proc.resolve(Integer.toString(pid));
    }
}
