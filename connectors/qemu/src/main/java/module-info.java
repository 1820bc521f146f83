import io.memflow.connector.qemu.QemuConnector;
import io.memflow.connector.qemu.gdb.GdbStubConnector;
import io.memflow.core.plugin.ConnectorProvider;
import org.jspecify.annotations.NullMarked;

/** Memory and control of a running QEMU. */
@NullMarked
module io.memflow.connector.qemu {
    requires transitive io.memflow.core;
    requires io.memflow.host;
    requires static org.jspecify;
    requires tools.jackson.core;

    exports io.memflow.connector.qemu;
    exports io.memflow.connector.qemu.gdb;
    exports io.memflow.connector.qemu.qmp;

    provides ConnectorProvider with
            QemuConnector,
            GdbStubConnector;
}
