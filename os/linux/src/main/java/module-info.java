import org.jspecify.annotations.NullMarked;

/** The Linux OS layer: finds a kernel in physical memory without symbol files and reads its lists. */
@NullMarked
module io.memflow.os.linux {
    requires transitive io.memflow.core;
    requires io.memflow.formats;
    requires static org.jspecify;

    exports io.memflow.os.linux;

    provides io.memflow.core.plugin.OsProvider with
            io.memflow.os.linux.LinuxProvider;
}
