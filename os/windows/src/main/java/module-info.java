import org.jspecify.annotations.NullMarked;

/** The Windows OS layer: finds a kernel in physical memory without a symbol server and reads its lists. */
@NullMarked
module io.memflow.os.windows {
    requires transitive io.memflow.core;
    requires io.memflow.formats;
    requires java.net.http;
    requires static org.jspecify;

    exports io.memflow.os.windows;

    provides io.memflow.core.plugin.OsProvider with
            io.memflow.os.windows.WindowsProvider;
}
