package io.memflow.connector.kvm;

/** A process that runs a virtual machine with KVM, wherever it runs. */
interface KvmInstance {
    /** Its id, in the system that it runs on. */
    long pid();

    /** Name of its executable, such as {@code firecracker}. */
    String program();

    Descriptors descriptors();

    /** The machine in a few words. */
    default String description() {
        return "%s (pid %d)".formatted(program(), pid());
    }
}
