package io.memflow.os.nativelinux;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ArgumentValues;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.LocalOsProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.host.transfer.ProcessVm;
import io.memflow.os.nativelinux.memory.Writes;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/** The OS layer {@code native}: this machine's own Linux. Stateless. */
public final class NativeProvider implements LocalOsProvider {
    private static final String WRITES = "writes";
    private static final List<String> CHOICES = List.of("none", "allowed", "forced");

    /** Called by the service loader. */
    public NativeProvider() {}

    @Override
    public String name() {
        return "native";
    }

    @Override
    public String summary() {
        return "this Linux machine itself, its processes and their memory; no connector before it";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of(
                new ArgumentDescription(
                        WRITES,
                        "none, allowed (what a process may write itself) or forced (its read-only pages too); none unless given"));
    }

    @Override
    public List<AvailableTarget> targets() {
        Roots roots = Roots.ofThisMachine();
        if (!isHere(roots)) {
            return List.of();
        }
        String name = KernelFile.optionalLine(roots.proc().resolve("sys/kernel/hostname"))
                .orElse(null);
        return List.of(new AvailableTarget("", name, "this machine", null, "its own kernel"));
    }

    private static boolean isHere(Roots roots) {
        return ProcessVm.isHere() && Files.isReadable(roots.proc().resolve("stat"));
    }

    @Override
    public OperatingSystem open(PluginArguments arguments) {
        if (arguments.target().isPresent()) {
            throw new MemflowException(
                    ErrorOrigin.ARGS,
                    ErrorKind.INVALID_ARGUMENT,
                    "native has no target, but was given \"%s\"; write -o native or -o native::writes=allowed."
                            .formatted(arguments.target().get()));
        }
        Writes writes = new ArgumentValues(arguments)
                .word(WRITES, CHOICES)
                .map(word -> Writes.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(Writes.NONE);
        Roots roots = Roots.ofThisMachine();
        if (!isHere(roots)) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_SUPPORTED,
                    "native needs 64-bit Linux with /proc mounted, and this is %s: look at another target instead."
                            .formatted(System.getProperty("os.name")));
        }
        return new NativeSystem(roots, writes);
    }
}
