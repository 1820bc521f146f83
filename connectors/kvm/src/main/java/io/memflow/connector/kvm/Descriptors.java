package io.memflow.connector.kvm;

import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds open of KVM, as {@code /proc/PID/fd} names it. Immutable. Source of the names: the kernel's
 * virt/kvm/kvm_main.c ({@code anon_inode_getfile}) and virt/kvm/guest_memfd.c.
 *
 * @param machines how many virtual machines
 * @param processors how many of their processors
 * @param privateMemory how many guest_memfds: memory of a guest that its own program cannot map
 */
record Descriptors(int machines, int processors, int privateMemory) {
    private static final Descriptors NONE = new Descriptors(0, 0, 0);

    private static final String MACHINE = "anon_inode:kvm-vm";
    private static final String PROCESSOR = "anon_inode:kvm-vcpu:";
    private static final String PRIVATE_MEMORY = "anon_inode:[kvm-gmem]";

    /** Those of a process; none where this user may not look, or the process ended. */
    static Descriptors of(ProcFs procFs, long pid) {
        Descriptors found = NONE;
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(procFs.directory(pid).resolve("fd"))) {
            for (Path entry : entries) {
                found = found.with(target(entry));
            }
        } catch (IOException | DirectoryIteratorException notAllowed) {
            return NONE;
        }
        return found;
    }

    private Descriptors with(String name) {
        return new Descriptors(
                machines + (name.equals(MACHINE) ? 1 : 0),
                processors + (name.startsWith(PROCESSOR) ? 1 : 0),
                privateMemory + (name.equals(PRIVATE_MEMORY) ? 1 : 0));
    }

    private static String target(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
