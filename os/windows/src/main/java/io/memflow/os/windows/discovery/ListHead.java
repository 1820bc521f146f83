package io.memflow.os.windows.discovery;

import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.structure.Anchors;
import java.util.Optional;

/**
 * The head of the list of processes, where no symbol names it: {@code System} is the first on it, so the link behind
 * leads to the head, which lies in the kernel's image. Stateless.
 */
record ListHead(KernelImage kernel, TypeTable types) {
    Anchors complete(Anchors anchors) {
        Optional<MemberLocation> links = types.member("_EPROCESS", "ActiveProcessLinks");
        if (anchors.activeProcesses() != 0 || anchors.systemProcess() == 0 || links.isEmpty()) {
            return anchors;
        }
        long link = anchors.systemProcess() + links.get().offset();
        int pointer = kernel.root().architecture().pointerBytes();
        try {
            long head = kernel.memory().readPointer(link + pointer);
            boolean inside = head - kernel.image().base() >= 0
                    && head - kernel.image().base() < kernel.image().size();
            return inside && kernel.memory().readPointer(head) == link ? anchors.withActiveProcesses(head) : anchors;
        } catch (MemflowException unreadable) {
            return anchors;
        }
    }
}
