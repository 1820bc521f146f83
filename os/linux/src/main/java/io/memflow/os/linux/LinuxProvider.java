package io.memflow.os.linux;

import io.memflow.core.cache.MomentMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.OsProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.os.linux.discovery.KernelDiscovery;
import io.memflow.os.linux.profile.ProfileFile;
import java.util.List;

/** The OS layer {@code linux}: needs nothing but the memory. Stateless. */
public final class LinuxProvider implements OsProvider {
    private static final String SYMBOLS = "symbols";

    /** Called by the service loader. */
    public LinuxProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public String summary() {
        return "Linux kernels on x86-64, arm64, riscv64 and i386, found and read without symbol files";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of(new ArgumentDescription(
                SYMBOLS,
                "file of symbols or types of the very kernel in memory, which completes what the kernel itself tells:"
                        + " vmlinux or a module with debug information, System.map, or ISF JSON"));
    }

    @Override
    public OperatingSystem open(PhysicalMemory memory, PluginArguments arguments) {
        return new LinuxSystem(
                memory,
                KernelDiscovery.discover(
                        MomentMemory.whereUseful(memory),
                        arguments.value(SYMBOLS).map(ProfileFile::read)));
    }
}
