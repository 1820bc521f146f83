package io.memflow.os.windows.thread;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;

/**
 * Members of {@code ETHREAD} by which threads are found and told from anything else; by their names in public symbols of
 * ntoskrnl. Thread-safe.
 */
final class ThreadFields {
    private static final int ID_STEP = 4;
    private static final long LARGEST_ID = 0xFFFF_FFFFL;
    private static final int ALIGNMENT = 8;

    private final WindowsArchitecture architecture;
    private final MemoryView memory;
    private final int word;
    private final KernelField clientId;
    private final KernelField initialStack;
    /** The process a thread belongs to. Kernels before 2003 SP1 have it in another place than later ones. */
    private final Optional<KernelField> process;

    ThreadFields(WindowsKernel kernel) {
        architecture = kernel.architecture();
        memory = kernel.memory();
        word = kernel.pointerBytes();
        clientId = kernel.field("_ETHREAD", "Cid");
        initialStack = kernel.field("_KTHREAD", "StackLimit");
        process = kernel.optionalField("_KTHREAD", "Process")
                .or(() -> kernel.optionalField("_ETHREAD", "ThreadsProcess"));
    }

    int pid(long thread) {
        return (int) clientId.pointer(thread);
    }

    int tid(long thread) {
        return (int) memory.readPointer(clientId.at(thread) + word);
    }

    /** Virtual address of its process; 0 where its place is not known. */
    long process(long thread) {
        return process.isPresent() ? process.get().pointer(thread) : 0;
    }

    /** Whether there is a thread of a process at a virtual address. */
    boolean isThread(long address, int pid) {
        if (address % ALIGNMENT != 0 || !architecture.isKernelAddress(address)) {
            return false;
        }
        try {
            long id = memory.readPointer(clientId.at(address) + word);
            long stack = initialStack.pointer(address);
            return id > 0
                    && id <= LARGEST_ID
                    && id % ID_STEP == 0
                    && pid(address) == pid
                    && (stack == 0 || architecture.isKernelAddress(stack));
        } catch (MemflowException unreadable) {
            return false;
        }
    }
}
