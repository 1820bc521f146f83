package io.memflow.os.linux.socket;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;

/**
 * Finds netlink sockets: {@code nl_table} (net/netlink/af_netlink.c) has one resizable hash table (lib/rhashtable.c) for
 * each netlink family. Thread-safe.
 */
final class NetlinkTable {
    /** {@code MAX_LINKS}, include/uapi/linux/netlink.h. */
    private static final int FAMILIES = 32;

    private final MemoryView memory;
    private final int wordBytes;
    private final long table;
    private final long familyBytes;
    private final KernelField hash;
    private final KernelField size;
    private final KernelField nesting;
    private final KernelField future;
    private final KernelField buckets;
    private final KernelField node;

    NetlinkTable(Kernel kernel) {
        memory = kernel.memory();
        wordBytes = memory.properties().pointerBytes();
        table = kernel.address("nl_table");
        familyBytes = kernel.layout().size("netlink_table");
        hash = kernel.field("netlink_table", "hash.tbl");
        size = kernel.field("bucket_table", "size");
        nesting = kernel.field("bucket_table", "nest");
        future = kernel.field("bucket_table", "future_tbl");
        buckets = kernel.field("bucket_table", "buckets");
        node = kernel.field("netlink_sock", "node");
    }

    void walk(SocketTables.Sink sink, List<MissingPart> missing) {
        try {
            long families = memory.readPointer(table);
            for (int family = 0; family < FAMILIES; family++) {
                HashChain chain = new HashChain(memory, "netlink sockets of family " + family, missing);
                long current = hash.pointer(families + family * familyBytes);
                // A table that grows has a second one, and sockets in both.
                for (int generation = 0; current != 0 && generation < 2; generation++) {
                    walk(current, family, chain, sink, missing);
                    current = future.pointer(current);
                }
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("netlink sockets", unreadable.getMessage()));
        }
    }

    private void walk(long hashTable, int family, HashChain chain, SocketTables.Sink sink, List<MissingPart> missing) {
        if (nesting.unsigned(hashTable) != 0) {
            missing.add(new MissingPart(
                    "netlink sockets of family " + family,
                    "their hash table is in pieces, as after an allocation failure"));
            return;
        }
        chain.walkLocked(
                buckets.at(hashTable),
                wordBytes,
                size.unsigned(hashTable),
                node.place().offset(),
                socket -> sink.accept(socket, "netlink-hash"));
    }
}
