import io.memflow.connector.dump.DumpConnector;
import io.memflow.core.plugin.ConnectorProvider;
import org.jspecify.annotations.NullMarked;

/** Memory images in files: raw ones, ELF cores and Windows crash dumps. Runs on any host. */
@NullMarked
module io.memflow.connector.dump {
    requires transitive io.memflow.core;
    requires transitive io.memflow.formats;
    requires static org.jspecify;

    exports io.memflow.connector.dump;

    provides ConnectorProvider with
            DumpConnector;
}
