package io.memflow.os.nativelinux.kernel;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.OsInfo;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the running kernel is, and as far as it shows that, where it lies. Thread-safe.
 *
 * @param roots where it is read from
 */
public record KernelPlace(Roots roots) {
    private static final int HEX = 16;
    /** A line of {@code /proc/iomem} (proc_iomem(5)); zeros stand there for users who may not know. */
    private static final Pattern CODE = Pattern.compile("(?m)^ *([0-9a-f]{1,16})-[0-9a-f]{1,16} : Kernel code$");

    /** As the other OS layers call processors, by the names Java has for them. */
    private static final Map<String, String> ARCHITECTURES = Map.of("amd64", "x86-64", "aarch64", "arm64");

    /** The facts; its page tables and how far it was moved, the kernel does not tell at all. */
    public OsInfo info() {
        Long start = symbol("_text");
        Long end = symbol("_end");
        return new OsInfo(
                "linux",
                KernelFile.line(roots.proc().resolve("version")),
                ARCHITECTURES.getOrDefault(System.getProperty("os.arch"), System.getProperty("os.arch")),
                null,
                start,
                physical(),
                start != null && end != null ? Long.valueOf(end - start) : null,
                null,
                null);
    }

    /** Both stand where the kernel image begins and ends; null when the kernel does not show them to this user. */
    private @Nullable Long symbol(String name) {
        try {
            Matcher line = Pattern.compile("(?m)^([0-9a-f]{1,16}) [A-Za-z] " + name + "$")
                    .matcher(KernelFile.text(roots.proc().resolve("kallsyms")));
            long address = line.find() ? Long.parseUnsignedLong(line.group(1), HEX) : 0;
            return address == 0 ? null : Long.valueOf(address);
        } catch (MemflowException notShown) {
            return null;
        }
    }

    private @Nullable Long physical() {
        try {
            Matcher code = CODE.matcher(KernelFile.text(roots.proc().resolve("iomem")));
            long address = code.find() ? Long.parseUnsignedLong(code.group(1), HEX) : 0;
            return address == 0 ? null : Long.valueOf(address);
        } catch (MemflowException notShown) {
            return null;
        }
    }
}
