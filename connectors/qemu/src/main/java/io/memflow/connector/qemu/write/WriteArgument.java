package io.memflow.connector.qemu.write;

import io.memflow.core.memory.ViewProperties;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ArgumentValues;
import io.memflow.core.plugin.PluginArguments;

/** The argument by which a chain asks for memory that can be written. Stateless. */
public final class WriteArgument {
    private static final String KEY = "write";

    /** Its line in the list of arguments. */
    public static final ArgumentDescription DESCRIPTION =
            new ArgumentDescription(KEY, "true or false: memory can be written; false unless given");

    private WriteArgument() {}

    /**
     * What the arguments of a connector ask for.
     *
     * @throws io.memflow.core.error.MemflowException when the value is neither yes nor no
     */
    public static ViewProperties.Access access(PluginArguments arguments) {
        return new ArgumentValues(arguments).choice(KEY, false)
                ? ViewProperties.Access.READ_WRITE
                : ViewProperties.Access.READ_ONLY;
    }
}
