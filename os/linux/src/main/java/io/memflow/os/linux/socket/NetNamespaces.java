package io.memflow.os.linux.socket;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;

/** The machine's network namespaces: {@code net_namespace_list} (net/core/net_namespace.c). Thread-safe. */
public final class NetNamespaces {
    private final MemoryView memory;
    private final KernelField list;
    private final KernelField number;
    private final long head;

    public NetNamespaces(Kernel kernel) {
        memory = kernel.memory();
        list = kernel.field("net", "list");
        number = kernel.field("net", "ns.inum");
        head = kernel.address("net_namespace_list");
    }

    /** Virtual addresses of every {@code struct net}. */
    public KernelList.Entries walk() {
        return new KernelList(memory).walk(head, list.place().offset(), "net_namespace_list", this::isNamespace);
    }

    /** The number that {@code /proc/PID/ns/net} shows. */
    public long number(long namespace) {
        return number.unsigned(namespace);
    }

    private boolean isNamespace(long address) {
        try {
            return number.unsigned(address) != 0;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }
}
