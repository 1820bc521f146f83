package io.memflow.core.os;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that was loaded into the kernel's virtual machine (BPF). A field that could not be read is null and named in
 * the provenance.
 *
 * @param address virtual address of the structure that describes it; null from a system that does not show it
 * @param id the number by which it can be asked for
 * @param type what it is attached to, such as {@code socket_filter}; its number when this program does not know it
 * @param name as its loader gave it; empty when it gave none
 * @param tag digest of its instructions, in hexadecimal
 * @param loadedAfterBoot when it was loaded, since the machine was booted
 * @param uid id of the user who loaded it
 * @param machineBytes bytes of machine code; 0 when it is interpreted
 * @param maps ids of the maps it uses, in its own order
 */
public record BpfProgramInfo(
        @Nullable Long address,
        @Nullable Long id,
        @Nullable String type,
        @Nullable String name,
        @Nullable String tag,
        @Nullable Duration loadedAfterBoot,
        @Nullable Long uid,
        @Nullable Long machineBytes,
        List<Long> maps,
        Provenance provenance)
        implements Row {
    public BpfProgramInfo {
        maps = List.copyOf(maps);
    }
}
