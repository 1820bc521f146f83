package io.memflow.connector.dummy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.plugin.TargetUse;
import java.util.List;
import java.util.Optional;

/** Makes up a machine from a seed. Its memory can be written; every connection makes a new one. Stateless. */
public final class DummyConnector implements ConnectorProvider {
    static final String NAME = "dummy";

    /** For the service loader. */
    public DummyConnector() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "a made-up machine with real page tables and known contents, for tests and benchmarks";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return DummyOptions.DESCRIPTIONS;
    }

    @Override
    public TargetUse targetUse() {
        return TargetUse.NONE;
    }

    @Override
    public boolean recognises(String target) {
        return false;
    }

    @Override
    public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
        if (input.isPresent()) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_SUPPORTED,
                    "The dummy connector makes up a machine and looks at none inside a chain: put it first.");
        }
        return DummyMachine.build(DummyOptions.parse(arguments)).memory();
    }
}
