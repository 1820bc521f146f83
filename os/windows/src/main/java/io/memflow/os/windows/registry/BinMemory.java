package io.memflow.os.windows.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.windows.structure.WindowsKernel;

/**
 * The address space in which bins of hives lie whose addresses are not the kernel's: since Windows 10 1803 that is the process
 * {@code Registry}. Stateless.
 */
final class BinMemory {
    private static final String PROCESS = "_EPROCESS";
    private static final String NAME = "Registry";

    private BinMemory() {}

    /**
     * Its memory; the kernel's own when there is no such process or it is not found.
     *
     * @throws MemflowException when the process was found and its page tables cannot be read
     */
    static MemoryView of(WindowsKernel kernel) {
        long head = kernel.anchors().activeProcesses();
        if (head == 0) {
            return kernel.memory();
        }
        KernelField name = kernel.field(PROCESS, "ImageFileName");
        long links = kernel.layout().offset(PROCESS, "ActiveProcessLinks");
        long root = kernel.layout().offset("_KPROCESS", "DirectoryTableBase");
        KernelList.Entries processes = new KernelList(kernel.memory())
                .walk(head, links, "PsActiveProcessHead", kernel.architecture()::isKernelAddress);
        for (long process : processes.addresses()) {
            if (isRegistry(name, process)) {
                return kernel.processMemory(kernel.memory().readUnsigned(process + root, kernel.pointerBytes()));
            }
        }
        return kernel.memory();
    }

    private static boolean isRegistry(KernelField name, long process) {
        try {
            return name.text(process).equals(NAME);
        } catch (MemflowException unreadable) {
            // Bins that lie in that process then end with a fault that names their address.
            return false;
        }
    }
}
