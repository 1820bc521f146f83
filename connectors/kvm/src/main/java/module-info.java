import io.memflow.connector.kvm.KvmConnector;
import io.memflow.core.plugin.ConnectorProvider;
import org.jspecify.annotations.NullMarked;

/** Memory of a running machine of any program that uses KVM. */
@NullMarked
module io.memflow.connector.kvm {
    requires transitive io.memflow.core;
    requires transitive io.memflow.host;
    requires static org.jspecify;

    exports io.memflow.connector.kvm;

    provides ConnectorProvider with
            KvmConnector;
}
