package io.memflow.core.os;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import java.util.List;
import java.util.Optional;

/**
 * One process of a target and its memory. Thread-safe. Valid as long as the {@link OperatingSystem} it came from.
 */
public interface TargetProcess {
    /** The process as it was when it was looked up. */
    ProcessInfo info();

    /**
     * The process' address space, through its own page tables. An OS layer that knows more adds pages that are in memory
     * and that the tables do not map; {@link #pages} says which those are.
     *
     * @throws io.memflow.core.error.MemflowException when it has none of its own, such as a kernel thread or zombie
     */
    MemoryView memory();

    /**
     * The same process with another root page table, for one whose own is wrong. It is used as it is.
     *
     * @param dtb physical address of the root page table
     * @throws io.memflow.core.error.MemflowException of kind NOT_SUPPORTED from an OS layer that takes none
     */
    default TargetProcess withDtb(long dtb) {
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_SUPPORTED,
                "Process %d (%s) has no other root page table than its own on this system."
                        .formatted(info().pid(), info().name()));
    }

    /** Its regions in ascending order; empty for a process without user memory. */
    Listing<MemoryRegion> regions();

    /** Its threads, main thread first. */
    Listing<ThreadInfo> threads();

    /**
     * Its environment; empty for a process without user memory.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when it is not in memory
     */
    List<EnvironmentVariable> environment();

    /** Programs and libraries it has loaded, ascending by address. What an OS layer does not read is named as missing. */
    default Listing<ModuleInfo> modules() {
        return Listing.absent("modules", OperatingSystem.NOT_READ);
    }

    /** What the images of its modules say of themselves. What an OS layer does not read is named as missing. */
    default Listing<ModuleDetails> moduleDetails() {
        return Listing.absent("details of modules", OperatingSystem.NOT_READ);
    }

    /**
     * One of its modules, to look into: the first one that fits.
     *
     * @param name its name, its path, or as {@code 0x...} its first address
     */
    default Optional<TargetModule> module(String name) {
        return Optional.empty();
    }

    /** Its open files or handles, ascending. What an OS layer does not read is named as missing. */
    default Listing<HandleInfo> handles() {
        return Listing.absent("open files", OperatingSystem.NOT_READ);
    }

    /** Its program, current directory and root: one row. What an OS layer does not read is named as missing. */
    default Listing<ProcessPlaces> places() {
        return Listing.absent("current directory", OperatingSystem.NOT_READ);
    }

    /** Sockets it holds open. What an OS layer does not read is named as missing. */
    default Listing<SocketInfo> sockets() {
        return Listing.absent("sockets", OperatingSystem.NOT_READ);
    }

    /** Mounted file systems it sees, with mount points from its own root. What an OS layer does not read is named as missing. */
    default Listing<MountInfo> mounts() {
        return Listing.absent("mounts", OperatingSystem.NOT_READ);
    }

    /** Its namespaces, control groups, capabilities and exit code: one row. What an OS layer does not read is named as missing. */
    default Listing<ProcessDetails> details() {
        return Listing.absent("namespaces and capabilities", OperatingSystem.NOT_READ);
    }

    /**
     * Where the pages of a range of addresses are, ascending, or why they are not in memory. What an OS layer does not read
     * is named as missing.
     */
    default Listing<PageRow> pages(AddressRange range) {
        return Listing.absent("places of pages", OperatingSystem.NOT_READ);
    }
}
