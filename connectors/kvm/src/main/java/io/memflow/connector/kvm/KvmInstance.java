package io.memflow.connector.kvm;

/** A process that runs a virtual machine with KVM, wherever it runs. */
interface KvmInstance {
    /** What the kernel puts behind the path of an executable that was replaced. */
    String DELETED = " (deleted)";

    /** Its id, in the system that it runs on. */
    long pid();

    /** Name of its executable, such as {@code firecracker}. */
    String program();

    Descriptors descriptors();

    /** The machine in a few words. */
    default String description() {
        return "%s (pid %d)".formatted(program(), pid());
    }

    /** The file of a path, as the kernel gives it for an executable. */
    static String fileOf(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
    }
}
