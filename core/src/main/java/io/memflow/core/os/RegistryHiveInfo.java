package io.memflow.core.os;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One hive of the Windows registry.
 *
 * @param address virtual address of the kernel's own object; null for a hive that is not in memory
 * @param root where its keys begin, such as {@code \REGISTRY\MACHINE\SYSTEM}; null when it is not known
 * @param file its file as the system names it; null for one without a file, or when it could not be read
 * @param name the end of its file's name as the hive itself has it; empty when it has none
 * @param bytes of what is in its file too; null when it could not be read
 * @param volatileBytes of what is lost when the machine is turned off; null when it could not be read
 * @param lastWritten when its file was written; null when never, or it could not be read
 * @param isDirty whether a write to the file had begun and not ended; null when it could not be read
 */
public record RegistryHiveInfo(
        @Nullable Long address,
        @Nullable String root,
        @Nullable String file,
        String name,
        @Nullable Long bytes,
        @Nullable Long volatileBytes,
        @Nullable Instant lastWritten,
        @Nullable Boolean isDirty,
        Provenance provenance)
        implements Row {}
