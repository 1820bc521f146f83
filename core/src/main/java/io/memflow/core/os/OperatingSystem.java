package io.memflow.core.os;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import java.util.List;
import java.util.Optional;

/**
 * An operating system, found in memory, asked from within, or told of by a file. Every list is taken anew from the target at each call, so a
 * running target shows its present state. Thread-safe. Closing it closes the memory below, if there is any.
 */
public interface OperatingSystem extends AutoCloseable {
    /** Why a list is missing that an OS layer has no reader for. */
    String NOT_READ = "this OS layer has no reader for it";

    OsInfo info();

    /** How the OS was found, step by step. */
    List<DiscoveryStep> discovery();

    /**
     * Holds what was found against itself: each check is one step, with what was compared. Made anew at each call. An OS
     * layer that has none gives none.
     */
    default List<DiscoveryStep> checks() {
        return List.of();
    }

    /** The memory it was found in; empty for a system that is reached without it. */
    Optional<PhysicalMemory> physicalMemory();

    /**
     * The kernel's address space.
     *
     * @throws MemflowException when the system does not let this user see it, with what to do about that
     */
    MemoryView kernelMemory();

    /** All processes. */
    Listing<ProcessInfo> processes();

    /** All threads of all processes. */
    Listing<ThreadInfo> threads();

    /** Registers of threads, as far as the system keeps them. What an OS layer does not read is named as missing. */
    default Listing<ThreadRegisters> threadRegisters() {
        return Listing.absent("registers of threads", NOT_READ);
    }

    /** Open files or handles of all processes. What an OS layer does not read is named as missing. */
    default Listing<HandleInfo> handles() {
        return Listing.absent("open files", NOT_READ);
    }

    /** Program, current directory and root of all processes. What an OS layer does not read is named as missing. */
    default Listing<ProcessPlaces> places() {
        return Listing.absent("current directories", NOT_READ);
    }

    /** All sockets of the machine. What an OS layer does not read is named as missing. */
    default Listing<SocketInfo> sockets() {
        return Listing.absent("sockets", NOT_READ);
    }

    /** Mounted file systems of all mount namespaces. What an OS layer does not read is named as missing. */
    default Listing<MountInfo> mounts() {
        return Listing.absent("mounts", NOT_READ);
    }

    /** Records of the kernel's log, oldest first. What an OS layer does not read is named as missing. */
    default Listing<LogRecord> log() {
        return Listing.absent("kernel log", NOT_READ);
    }

    /** Namespaces, control groups, capabilities and exit codes of all processes. What an OS layer does not read is named as missing. */
    default Listing<ProcessDetails> details() {
        return Listing.absent("namespaces and capabilities", NOT_READ);
    }

    /** Network interfaces of all network namespaces. What an OS layer does not read is named as missing. */
    default Listing<InterfaceInfo> interfaces() {
        return Listing.absent("network interfaces", NOT_READ);
    }

    /** What the kernel says of the machine as a whole: one row. What an OS layer does not read is named as missing. */
    default Listing<MachineFacts> machine() {
        return Listing.absent("facts of the machine", NOT_READ);
    }

    /** Programs in the kernel's virtual machine (BPF). What an OS layer does not read is named as missing. */
    default Listing<BpfProgramInfo> bpfPrograms() {
        return Listing.absent("BPF programs", NOT_READ);
    }

    /** Maps of such programs. What an OS layer does not read is named as missing. */
    default Listing<BpfMapInfo> bpfMaps() {
        return Listing.absent("BPF maps", NOT_READ);
    }

    /** Input devices and the keys that are held down. What an OS layer does not read is named as missing. */
    default Listing<InputDeviceInfo> inputDevices() {
        return Listing.absent("input devices", NOT_READ);
    }

    /** The keyboards whose keys can be looked at and set, one for each session; empty from an OS layer that knows none. */
    default List<Keyboard> keyboards() {
        return List.of();
    }

    /** Hives of the Windows registry that are loaded. What an OS layer does not read is named as missing. */
    default Listing<RegistryHiveInfo> registryHives() {
        return Listing.absent("registry hives", NOT_READ);
    }

    /**
     * The keys directly below a key of the Windows registry. What an OS layer does not read is named as missing.
     *
     * @param path of the key, from {@code \REGISTRY} or from the name of a hive on, such as {@code SYSTEM\Select}; in
     *     any case of letters
     * @throws MemflowException of kind NOT_FOUND when there is no such key
     */
    default Listing<RegistryKeyInfo> registryKeys(String path) {
        return Listing.absent("registry keys", NOT_READ);
    }

    /**
     * The values of a key of the Windows registry. What an OS layer does not read is named as missing.
     *
     * @param path as in {@link #registryKeys}
     * @throws MemflowException of kind NOT_FOUND when there is no such key
     */
    default Listing<RegistryValueInfo> registryValues(String path) {
        return Listing.absent("registry values", NOT_READ);
    }

    /** Services and drivers that the machine is set up to have. What an OS layer does not read is named as missing. */
    default Listing<ServiceInfo> services() {
        return Listing.absent("services", NOT_READ);
    }

    /** Driver objects of a Windows machine. What an OS layer does not read is named as missing. */
    default Listing<DriverInfo> drivers() {
        return Listing.absent("driver objects", NOT_READ);
    }

    /** Device objects of a Windows machine, and what they are attached to. What an OS layer does not read is named as missing. */
    default Listing<DeviceInfo> devices() {
        return Listing.absent("device objects", NOT_READ);
    }

    /** The kernel's modules. */
    Listing<ModuleInfo> modules();

    /** What is known of the kernel's modules beyond where they are. What an OS layer does not read is named as missing. */
    default Listing<ModuleDetails> moduleDetails() {
        return Listing.absent("details of modules", NOT_READ);
    }

    /**
     * A module of the kernel, or the kernel itself, to look into.
     *
     * @param name its name, or as {@code 0x...} its first address
     */
    default Optional<TargetModule> module(String name) {
        return Optional.empty();
    }

    /** Symbols of the kernel and of its modules, as loaded at the time of the call. */
    SymbolTable symbols();

    /** Structure layouts of the kernel. */
    TypeTable types();

    /** The process of that id in the machine's initial namespace. */
    Optional<TargetProcess> process(int pid);

    /**
     * The process of a row that this system gave. What the row says is taken as it is, which costs nothing; on a running
     * machine the process may have ended since.
     *
     * @throws MemflowException of kind NOT_FOUND from systems that look the process up again, when it has ended
     */
    default TargetProcess process(ProcessInfo row) {
        return process(row.pid())
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "Process %d (%s) is not there any more.".formatted(row.pid(), row.name())));
    }

    /** Closes the memory below, if there is any. Throws nothing. */
    @Override
    void close();
}
