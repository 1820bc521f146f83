package io.memflow.os.dummy;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.OsProvider;
import io.memflow.core.plugin.PluginArguments;
import java.util.List;

/** The OS layer {@code dummy}: knows nothing but what the machine's own memory says. Stateless. */
public final class DummyProvider implements OsProvider {
    /** For the service loader. */
    public DummyProvider() {}

    @Override
    public String name() {
        return "dummy";
    }

    @Override
    public String summary() {
        return "the made-up machines of the dummy connector, or copies of their memory";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of();
    }

    @Override
    public OperatingSystem open(PhysicalMemory memory, PluginArguments arguments) {
        return DummySystem.open(memory);
    }
}
