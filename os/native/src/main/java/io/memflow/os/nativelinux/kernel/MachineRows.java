package io.memflow.os.nativelinux.kernel;

import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MachineFacts;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of the machine. Thread-safe.
 *
 * @param roots where it is read from
 * @param bootTime reads when the machine was booted
 */
public record MachineRows(Roots roots, Supplier<Optional<Instant>> bootTime) {
    /** How Java calls processors that uname(2) calls otherwise. */
    private static final Map<String, String> MACHINES = Map.of("amd64", "x86_64");

    /** One row. */
    public Listing<MachineFacts> machine() {
        FieldReader fields = new FieldReader();
        MachineFacts facts = new MachineFacts(
                kernel(fields, "hostname"),
                kernel(fields, "domainname"),
                kernel(fields, "ostype"),
                kernel(fields, "osrelease"),
                kernel(fields, "version"),
                machineName(),
                fields.read("cmdline", () -> KernelFile.line(roots.proc().resolve("cmdline"))),
                fields.read("btime", () -> bootTime.get().orElse(null)),
                fields.read(
                        "online processors",
                        () -> KernelFile.parsed(
                                roots.sys().resolve("devices/system/cpu/online"), MachineRows::processors)),
                fields.read(
                        "tainted", () -> KernelFile.parsed(roots.proc().resolve("sys/kernel/tainted"), Long::valueOf)),
                fields.provenance(List.of("proc", "sysfs")));
        return new Listing<>(List.of(facts), List.of());
    }

    private @Nullable String kernel(FieldReader fields, String name) {
        return fields.read(
                name, () -> KernelFile.line(roots.proc().resolve("sys/kernel").resolve(name)));
    }

    /** Since Linux 6.1 the kernel has a file of it. */
    private String machineName() {
        String java = System.getProperty("os.arch");
        return KernelFile.optionalLine(roots.proc().resolve("sys/kernel/arch"))
                .orElse(MACHINES.getOrDefault(java, java));
    }

    /** Numbers and ranges of numbers, such as {@code 0-3,5}. */
    static int processors(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(part -> part.split("-", 2))
                .mapToInt(ends -> Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1)
                .sum();
    }
}
