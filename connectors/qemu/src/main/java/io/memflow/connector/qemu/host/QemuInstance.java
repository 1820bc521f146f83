package io.memflow.connector.qemu.host;

/** A running QEMU, wherever it runs. */
public interface QemuInstance {
    /** Id of its process, in the system that it runs on. */
    long pid();

    /** What it was started with. */
    QemuCommandLine commandLine();

    /** The machine in a few words: its name where it has one, and the process' id. */
    default String description() {
        return commandLine()
                .name()
                .map(name -> "QEMU %s (pid %d)".formatted(name, pid()))
                .orElse("QEMU pid " + pid());
    }
}
