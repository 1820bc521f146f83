import org.jspecify.annotations.NullMarked;

/** Contracts and engine: addresses, memory views, address translation, OS contracts, plugins. Depends on the JDK only. */
@NullMarked
module io.memflow.core {
    requires static org.jspecify;

    exports io.memflow.core.address;
    exports io.memflow.core.async;
    exports io.memflow.core.cache;
    exports io.memflow.core.cpu;
    exports io.memflow.core.error;
    exports io.memflow.core.evidence;
    exports io.memflow.core.memory;
    exports io.memflow.core.os;
    exports io.memflow.core.paging;
    exports io.memflow.core.plugin;
    exports io.memflow.core.record;
    exports io.memflow.core.recording;
    exports io.memflow.core.structure;
    exports io.memflow.core.symbol;
    exports io.memflow.core.synthetic;
    exports io.memflow.core.translate;
    exports io.memflow.core.view;

    uses io.memflow.core.plugin.ConnectorProvider;
    uses io.memflow.core.plugin.LocalOsProvider;
    uses io.memflow.core.plugin.OsProvider;
}
