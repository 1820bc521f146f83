import org.jspecify.annotations.NullMarked;

/** What the Linux kernel of this machine offers to any program: its processes, and copies of their memory. */
@NullMarked
module io.memflow.host {
    requires transitive io.memflow.core;
    requires static org.jspecify;

    exports io.memflow.host.device;
    exports io.memflow.host.process;
    exports io.memflow.host.transfer;
}
