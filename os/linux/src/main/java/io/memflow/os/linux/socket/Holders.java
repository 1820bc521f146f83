package io.memflow.os.linux.socket;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.file.DescriptorTable;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which processes hold which sockets, from their open files. Thread-safe. */
final class Holders {
    private final DescriptorTable table;
    private final PathReader paths;
    private final KernelField privateData;
    private final KernelField sock;

    Holders(Kernel kernel, PathReader paths) {
        this.paths = paths;
        table = new DescriptorTable(kernel);
        privateData = kernel.field("file", "private_data");
        sock = kernel.field("socket", "sk");
    }

    /**
     * Process ids by the virtual address of the {@code struct sock} they hold.
     *
     * @param threads process id to the virtual address of a thread of it that has not ended
     */
    Map<Long, SortedSet<Integer>> read(Map<Integer, Long> threads, List<MissingPart> missing) {
        Map<Long, SortedSet<Integer>> holders = new HashMap<>();
        threads.forEach((pid, task) -> {
            DescriptorTable.Found found = table.read(task);
            missing.addAll(found.missing());
            for (DescriptorTable.Descriptor descriptor : found.descriptors()) {
                try {
                    long socket = paths.isSocket(descriptor.file())
                            ? sock.pointer(privateData.pointer(descriptor.file()))
                            : 0;
                    if (socket != 0) {
                        holders.computeIfAbsent(socket, _ -> new TreeSet<>()).add(pid);
                    }
                } catch (MemoryAccessException unreadable) {
                    missing.add(new MissingPart(
                            "file " + descriptor.number() + " of process " + pid, unreadable.getMessage()));
                }
            }
        });
        return holders;
    }
}
