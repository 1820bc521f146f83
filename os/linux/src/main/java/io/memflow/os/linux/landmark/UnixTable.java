package io.memflow.os.linux.landmark;

import io.memflow.core.structure.StructureLayout;
import java.util.OptionalLong;

/**
 * {@code unix_socket_table} (up to 5.17): the hash table is in the kernel image, its sockets are not. A socket tells the
 * number of its slot, so a slot that leads to one tells where the table begins. Confined.
 */
final class UnixTable {
    private static final int AF_UNIX = 1;
    /** "UNIX", the beginning of the protocol's name: "UNIX" alone up to 5.14, then also "UNIX-STREAM". */
    private static final int PROTOCOL = 0x5849_4E55;
    /** {@code UNIX_HASH_SIZE}, include/net/af_unix.h: as many slots for sockets with an address, and then without. */
    private static final int SLOTS = 256;
    /** A chain in a table of 256 slots is much shorter. */
    private static final int LONGEST_CHAIN = 1 << 12;

    private final ImageWords image;
    private final long node;
    private final long family;
    private final long protocol;
    private final long protocolName;
    private final long name;
    private final long nameHash;
    private final long path;
    private final long inode;
    private final long inodeNumber;

    UnixTable(ImageWords image, StructureLayout layout) {
        this.image = image;
        node = layout.offset("sock_common", "skc_node");
        family = layout.offset("sock_common", "skc_family");
        protocol = layout.offset("sock_common", "skc_prot");
        protocolName = layout.offset("proto", "name");
        name = layout.offset("unix_sock", "addr");
        nameHash = layout.offset("unix_address", "hash");
        path = layout.offset("unix_sock", "path.dentry");
        inode = layout.offset("dentry", "d_inode");
        inodeNumber = layout.offset("inode", "i_ino");
    }

    /** Virtual address of the table. */
    OptionalLong find() {
        for (long at = 0; at + ImageWords.WORD <= image.size(); at += ImageWords.WORD) {
            long slot = image.address(at);
            long first = image.word(at);
            // hlist_node.pprev of the first entry points to the slot.
            if (image.isPointerOut(first) && image.pointer(first + ImageWords.WORD) == slot) {
                long table = tableBySlot(slot, first);
                if (table != 0) {
                    return OptionalLong.of(table);
                }
            }
        }
        return OptionalLong.empty();
    }

    private long tableBySlot(long slot, long first) {
        long entry = first;
        for (int i = 0; i < LONGEST_CHAIN && image.isPointerOut(entry); i++) {
            long socket = entry - node;
            if (!isUnixSocket(socket)) {
                return 0;
            }
            long number = slotNumber(socket);
            if (number >= 0) {
                long table = slot - number * ImageWords.WORD;
                return image.isInside(table) ? table : 0;
            }
            entry = image.pointer(entry);
        }
        return 0;
    }

    /** The number of the slot that a socket is in, -1 when it cannot be read ({@code unix_bind()}, net/unix/af_unix.c). */
    private long slotNumber(long socket) {
        long bound = image.pointer(socket + name);
        if (bound == 0) {
            return SLOTS + hash(socket);
        }
        int hash = image.int32(bound + nameHash);
        if (hash != SLOTS) {
            return hash >= 0 && hash < SLOTS ? hash : -1;
        }
        long dentry = image.pointer(socket + path);
        long file = dentry == 0 ? 0 : image.pointer(dentry + inode);
        return file == 0 ? -1 : image.pointer(file + inodeNumber) & (SLOTS - 1);
    }

    private boolean isUnixSocket(long socket) {
        long made = image.pointer(socket + protocol);
        return (image.int32(socket + family) & 0xFFFF) == AF_UNIX
                && image.isInside(made)
                && image.int32(made + protocolName) == PROTOCOL;
    }

    /** {@code unix_sockets_unbound()}, net/unix/af_unix.c. */
    private static long hash(long socket) {
        long hash = socket;
        hash ^= hash >>> 16;
        hash ^= hash >>> 8;
        return hash & (SLOTS - 1);
    }
}
