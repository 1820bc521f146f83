package io.memflow.formats.minidump;

import io.memflow.formats.pe.PdbReference;
import org.jspecify.annotations.Nullable;

/**
 * A module that was loaded.
 *
 * @param path of its file
 * @param base virtual address of its first byte
 * @param bytes it takes, below 4 GiB
 * @param checksum of its file; 0 when not known
 * @param timestamp of its header: seconds since 1970, or a hash; unsigned
 * @param pdb which symbol file belongs to it; null when the dump does not say
 */
public record MinidumpModule(
        String path,
        long base,
        long bytes,
        long checksum,
        long timestamp,
        @Nullable PdbReference pdb) {}
