import io.memflow.core.plugin.LocalOsProvider;
import io.memflow.os.nativelinux.NativeProvider;
import org.jspecify.annotations.NullMarked;

/** The OS layer {@code native}: the Linux system that this program runs on, asked through {@code /proc}. */
@NullMarked
module io.memflow.os.nativelinux {
    requires transitive io.memflow.core;
    requires io.memflow.formats;
    requires io.memflow.host;
    requires static org.jspecify;

    exports io.memflow.os.nativelinux;

    provides LocalOsProvider with
            NativeProvider;
}
