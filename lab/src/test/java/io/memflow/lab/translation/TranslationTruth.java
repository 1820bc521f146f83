package io.memflow.lab.translation;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that others than ourselves say of the address space a paused processor is in. It is consistent with the memory until
 * the guest is resumed. Immutable.
 *
 * @param guest which row of the matrix
 * @param mode what the processor was doing: in user mode the address space is the spinner's, in the kernel it is the
 *     spinner's too on x86 and RISC-V, while on AArch64 only the upper half counts
 * @param registers roots and modes
 * @param pages every mapped page of the address space, kernel and user, in ascending order; x86 only
 * @param ranges the same in runs with equal rights: where {@link TranslationGuest#listsRanges}
 * @param asked addresses, mapped and unmapped, with where the monitor says they lie
 * @param picture the guest's own view, its process {@link GuestPicture#spinner} being the one that counts here
 * @param oracle answers for further addresses
 * @param ramFile the guest's live RAM
 */
record TranslationTruth(
        TranslationGuest guest,
        ProcessorMode mode,
        PagingRegisters registers,
        List<MonitorPage> pages,
        List<MonitorRange> ranges,
        Map<Long, OptionalLong> asked,
        GuestPicture picture,
        AddressOracle oracle,
        Path ramFile) {

    /** The range an address lies in. */
    Optional<MonitorRange> range(long virtual) {
        return ranges.stream().filter(range -> range.contains(virtual)).findFirst();
    }

    /** Physical address of the first byte of the RAM file. */
    long ramBase() {
        return guest.architecture().ramBase();
    }

    /** Opens the live RAM at its physical addresses, read-only; the caller closes it before the guest. */
    @SuppressWarnings("MustBeClosedChecker") // The memory owns the arena and closes it.
    PhysicalMemory openMemory() throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel file = FileChannel.open(ramFile, StandardOpenOption.READ)) {
            MemorySegment ram = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
            DirectMap direct =
                    DirectMap.builder().add(ramBase(), ram, 0, file.size()).build();
            return new MappedMemory(direct, arena, ViewProperties.Access.READ_ONLY, "RAM of " + guest, List.of());
        } catch (IOException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        long mapped = asked.values().stream().filter(OptionalLong::isPresent).count();
        return "%s paused in %s mode: %d pages, %d ranges, %d addresses of which %d are mapped"
                .formatted(guest, mode, pages.size(), ranges.size(), asked.size(), mapped);
    }
}
