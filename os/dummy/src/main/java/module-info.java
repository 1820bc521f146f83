import org.jspecify.annotations.NullMarked;

/** The dummy OS layer: reads what a made-up machine says of itself in its own memory. */
@NullMarked
module io.memflow.os.dummy {
    requires transitive io.memflow.core;
    requires static org.jspecify;

    exports io.memflow.os.dummy;

    provides io.memflow.core.plugin.OsProvider with
            io.memflow.os.dummy.DummyProvider;
}
