import org.jspecify.annotations.NullMarked;

/** Boots small real Linux guests under QEMU, for the demo and for the lab's cross checks. */
@NullMarked
module io.memflow.guest {
    requires transitive io.memflow.core;
    requires transitive io.memflow.connector.qemu;
    requires static org.jspecify;

    exports io.memflow.guest;
    exports io.memflow.guest.architecture;
    exports io.memflow.guest.host;
    exports io.memflow.guest.initramfs;
    exports io.memflow.guest.kernel;
}
