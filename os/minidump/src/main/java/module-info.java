import io.memflow.core.plugin.LocalOsProvider;
import io.memflow.os.minidump.MinidumpProvider;
import org.jspecify.annotations.NullMarked;

/** The OS layer {@code minidump}: dumps that hold no physical memory, of a Windows kernel or of one process. */
@NullMarked
module io.memflow.os.minidump {
    requires transitive io.memflow.core;
    requires io.memflow.formats;
    requires static org.jspecify;

    exports io.memflow.os.minidump;

    provides LocalOsProvider with
            MinidumpProvider;
}
