package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * Where a process stands in the file systems. A path is as seen from the root of the mount namespace it lies in; null when
 * the process has let go of it, as zombies have, or it could not be read.
 *
 * @param pid the process
 * @param executable the program it runs
 * @param currentDirectory where its relative paths begin
 * @param root where its absolute paths begin
 */
public record ProcessPlaces(
        int pid,
        @Nullable String executable,
        @Nullable String currentDirectory,
        @Nullable String root,
        Provenance provenance)
        implements Row {}
