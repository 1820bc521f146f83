package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * A map that programs of the kernel's virtual machine (BPF) share. A field that could not be read is null and named in the
 * provenance.
 *
 * @param address virtual address of the structure that describes it; null from a system that does not show it
 * @param id the number by which it can be asked for
 * @param type such as {@code hash}; its number when this program does not know it
 * @param name as its maker gave it; empty when it gave none
 * @param keyBytes bytes of a key
 * @param valueBytes bytes of a value
 * @param mostEntries how many entries it can hold
 */
public record BpfMapInfo(
        @Nullable Long address,
        @Nullable Long id,
        @Nullable String type,
        @Nullable String name,
        @Nullable Long keyBytes,
        @Nullable Long valueBytes,
        @Nullable Long mostEntries,
        Provenance provenance)
        implements Row {}
