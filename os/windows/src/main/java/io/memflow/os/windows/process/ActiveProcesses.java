package io.memflow.os.windows.process;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;

/** The list of processes ({@code PsActiveProcessHead}). Thread-safe. */
final class ActiveProcesses {
    static final String NAME = "PsActiveProcessHead";

    private final WindowsKernel kernel;
    private final MemoryView memory;
    private final ProcessFields fields;
    private final KernelList lists;

    ActiveProcesses(WindowsKernel kernel, ProcessFields fields) {
        this.kernel = kernel;
        this.fields = fields;
        memory = kernel.memory();
        lists = new KernelList(memory);
    }

    /** The processes on it, in its order. */
    KernelList.Entries read() {
        long head = head();
        if (head == 0) {
            return new KernelList.Entries(
                    List.of(),
                    List.of(new MissingPart(
                            NAME,
                            "where the list begins was not found, neither by what the kernel says of itself nor by the"
                                    + " process System")));
        }
        return lists.walk(head, fields.links.at(0), NAME, fields::isProcess);
    }

    /**
     * The list's head: as it was found, else by the process System, which is the first on it. The head lies in the kernel's
     * image, and no process does.
     */
    private long head() {
        if (kernel.anchors().activeProcesses() != 0) {
            return kernel.anchors().activeProcesses();
        }
        long system = kernel.anchors().systemProcess();
        if (system == 0) {
            return 0;
        }
        try {
            long before = memory.readPointer(fields.links.at(system) + kernel.pointerBytes());
            return kernel.image().contains(before) ? before : 0;
        } catch (MemoryAccessException unreadable) {
            return 0;
        }
    }
}
