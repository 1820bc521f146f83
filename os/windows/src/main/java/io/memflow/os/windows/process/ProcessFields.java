package io.memflow.os.windows.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;

/**
 * Members of {@code EPROCESS} by which processes are found and told from anything else; by their names in public symbols of
 * ntoskrnl. Thread-safe.
 */
final class ProcessFields {
    /** Processes and threads have numbers of one table of handles, which are multiples of this. */
    private static final int ID_STEP = 4;

    private static final long LARGEST_ID = 0xFFFF_FFFFL;
    /** Objects are aligned to what pool memory is aligned to, at least. */
    private static final int ALIGNMENT = 8;

    private final WindowsArchitecture architecture;
    private final MemoryView memory;
    final KernelField id;
    final KernelField links;
    final KernelField name;
    final KernelField directoryTable;
    final KernelField threads;
    final Optional<KernelField> exitTime;
    final Optional<KernelField> handleTable;

    ProcessFields(WindowsKernel kernel) {
        architecture = kernel.architecture();
        memory = kernel.memory();
        id = kernel.field("_EPROCESS", "UniqueProcessId");
        links = kernel.field("_EPROCESS", "ActiveProcessLinks");
        name = kernel.field("_EPROCESS", "ImageFileName");
        directoryTable = kernel.field("_KPROCESS", "DirectoryTableBase");
        threads = kernel.field("_EPROCESS", "ThreadListHead");
        exitTime = kernel.optionalField("_EPROCESS", "ExitTime");
        handleTable = kernel.optionalField("_EPROCESS", "ObjectTable");
    }

    /** Whether there is a process at a virtual address: its members are what those of a process are. */
    boolean isProcess(long address) {
        if (!isObjectAddress(address)) {
            return false;
        }
        try {
            long number = id.pointer(address);
            return number > 0
                    && number <= LARGEST_ID
                    && number % ID_STEP == 0
                    && root(address) != 0
                    && isName(address)
                    && isLinked(threads.at(address))
                    && isLinked(links.at(address));
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    /** Whether an object could lie at an address. */
    boolean isObjectAddress(long address) {
        return address % ALIGNMENT == 0 && architecture.isKernelAddress(address);
    }

    /**
     * Whether one of the two links of an entry leads into the kernel, or nowhere: those of a process that was taken off a list
     * may have been cleared, and one of them may be damaged.
     */
    private boolean isLinked(long entry) {
        return isLink(memory.readPointer(entry)) || isLink(memory.readPointer(entry + architecture.pointerBytes()));
    }

    private boolean isLink(long address) {
        return address == 0 || architecture.isKernelAddress(address);
    }

    /** Whether the name begins as that of a program does, which may be of any language. */
    private boolean isName(long process) {
        int first = (int) memory.readUnsigned(name.at(process), Byte.BYTES);
        return first > ' ' && first != 0x7f && first != 0xff;
    }

    int pid(long process) {
        return (int) id.pointer(process);
    }

    /** Whether it has ended; its object stays as long as somebody holds it. */
    boolean hasEnded(long process) {
        return exitTime.isPresent() && exitTime.get().unsigned(process) != 0;
    }

    /** Physical address of its root page table; 0 when it has none. */
    long root(long process) {
        return root(directoryTable, process);
    }

    /** As {@link #root(long)}, of a member that holds such an address as the processor does. */
    long root(KernelField member, long process) {
        return architecture.root(member.pointer(process));
    }
}
