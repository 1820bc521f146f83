package io.memflow.os.windows.process;

import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;

/** The list of processes ({@code PsActiveProcessHead}). Thread-safe. */
final class ActiveProcesses {
    static final String NAME = "PsActiveProcessHead";

    private final WindowsKernel kernel;
    private final ProcessFields fields;
    private final KernelList lists;

    ActiveProcesses(WindowsKernel kernel, ProcessFields fields) {
        this.kernel = kernel;
        this.fields = fields;
        lists = new KernelList(kernel.memory());
    }

    /** The processes on it, in its order. */
    KernelList.Entries read() {
        long head = kernel.anchors().activeProcesses();
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
}
