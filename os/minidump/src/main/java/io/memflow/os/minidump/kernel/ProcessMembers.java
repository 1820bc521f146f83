package io.memflow.os.minidump.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Where members of {@code EPROCESS} lie. Offsets in bytes.
 *
 * @param bytes of the structure
 * @param id {@code UniqueProcessId}
 * @param parent {@code InheritedFromUniqueProcessId}
 * @param name {@code ImageFileName}
 * @param peb {@code Peb}
 * @param createTime {@code CreateTime}
 * @param activeThreads {@code ActiveThreads}; null when not known
 * @param directoryTable {@code Pcb.DirectoryTableBase}
 */
record ProcessMembers(
        int bytes,
        int id,
        int parent,
        int name,
        int peb,
        int createTime,
        @Nullable Integer activeThreads,
        int directoryTable) {}
