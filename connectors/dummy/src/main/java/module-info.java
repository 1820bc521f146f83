import io.memflow.connector.dummy.DummyConnector;
import io.memflow.core.plugin.ConnectorProvider;
import org.jspecify.annotations.NullMarked;

/** Made-up machines with real page tables, for tests, benchmarks and plugin authors. Runs on any host. */
@NullMarked
module io.memflow.connector.dummy {
    requires transitive io.memflow.core;
    requires static org.jspecify;

    exports io.memflow.connector.dummy;

    provides ConnectorProvider with
            DummyConnector;
}
