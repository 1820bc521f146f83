package io.memflow.core.os;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import java.util.List;
import java.util.Optional;

/**
 * An operating system found in memory. Every list is taken anew from the target at each call, so a running target shows
 * its present state. Thread-safe. Closing it closes the memory below.
 */
public interface OperatingSystem extends AutoCloseable {
    OsInfo info();

    /** How the OS was found, step by step. */
    List<DiscoveryStep> discovery();

    PhysicalMemory physicalMemory();

    /** The kernel's address space. */
    MemoryView kernelMemory();

    /** All processes. */
    Listing<ProcessInfo> processes();

    /** All threads of all processes. */
    Listing<ThreadInfo> threads();

    /** The kernel's modules. */
    Listing<ModuleInfo> modules();

    /** Symbols of the kernel and of its modules, as loaded at the time of the call. */
    SymbolTable symbols();

    /** Structure layouts of the kernel. */
    TypeTable types();

    /** The process of that id in the machine's initial namespace. */
    Optional<TargetProcess> process(int pid);

    /** Closes the memory below. Throws nothing. */
    @Override
    void close();
}
