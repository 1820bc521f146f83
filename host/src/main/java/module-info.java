import org.jspecify.annotations.NullMarked;

/**
 * What the Linux kernel of this machine offers to any program: its processes, copies of their memory, RAM of machines. And RAM
 * of machines in processes of other targets.
 */
@NullMarked
module io.memflow.host {
    requires transitive io.memflow.core;
    requires static org.jspecify;

    exports io.memflow.host.device;
    exports io.memflow.host.layout;
    exports io.memflow.host.nested;
    exports io.memflow.host.process;
    exports io.memflow.host.ram;
    exports io.memflow.host.transfer;
}
