package io.memflow.connector.kvm;

import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process holds open of KVM, as {@code /proc/PID/fd} or the list of its open files names it. Immutable. Source of the
 * names: the kernel's virt/kvm/kvm_main.c ({@code anon_inode_getfile}) and virt/kvm/guest_memfd.c.
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

    /** Those among open files; names that could not be read count for nothing. */
    static Descriptors of(Listing<HandleInfo> files) {
        Descriptors found = NONE;
        for (HandleInfo file : files.rows()) {
            String name = file.name();
            found = name == null ? found : found.with(name);
        }
        return found;
    }

    /** What a user is told of memory that no process can read; nothing when there is none. */
    List<String> defects() {
        return privateMemory == 0
                ? List.of()
                : List.of(
                        "The guest keeps memory in guest_memfd, which no other process can read: what is read where it does may be out of date.");
    }

    /** What makes a process with several machines hard to read, to be put behind advice; empty for one. */
    String severalMachines() {
        return machines > 1
                ? "; the process holds %d machines, and one of them must be told from the others".formatted(machines)
                : "";
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
