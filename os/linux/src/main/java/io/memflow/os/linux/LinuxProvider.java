package io.memflow.os.linux;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.OsProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.os.linux.discovery.KernelDiscovery;
import java.util.List;

/** The OS layer {@code linux}: needs nothing but the memory. Stateless. */
public final class LinuxProvider implements OsProvider {
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
        return List.of();
    }

    @Override
    public OperatingSystem open(PhysicalMemory memory, PluginArguments arguments) {
        return new LinuxSystem(memory, KernelDiscovery.discover(memory));
    }
}
