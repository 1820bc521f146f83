package io.memflow.connector.dump;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.formats.elf.ElfCore;
import io.memflow.formats.elf.LoadSegment;
import io.memflow.formats.elf.TruncatedSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** An ELF core of a whole machine: its LOAD segments say which physical memory lies where in the file. */
final class CoreImage {
    private CoreImage() {}

    /**
     * Opens an image; the memory owns the file from then on.
     *
     * @throws io.memflow.core.error.MemflowException when the file is no ELF core, or holds no memory
     */
    static PhysicalMemory open(ImageFile file, OptionalLong base) {
        if (base.isPresent()) {
            throw ImageFile.refusal(
                    ErrorKind.ARG_VALIDATION,
                    "Argument base: \"%s\" is an ELF file, which says itself where its memory lies: leave base= away."
                            .formatted(file.path()),
                    null);
        }
        ElfCore core = parse(file);
        DirectMap map = map(file, core);
        if (map.rangeCount() == 0) {
            throw ImageFile.refusal(
                    ErrorKind.PARTIAL_DATA,
                    "\"%s\" is an ELF core without any byte of memory (%d LOAD segments, file of %d bytes): it was cut off, take it again."
                            .formatted(file.path(), core.segments().size(), file.size()),
                    null);
        }
        return new ImageMemory(
                file, map, "ELF core " + file.path(), defects(core, map, file.size()), Optional.of(core));
    }

    private static ElfCore parse(ImageFile file) {
        try {
            return ElfCore.parse(file.bytes());
        } catch (MalformedDataException refused) {
            throw ImageFile.refusal(
                    refused.kind(),
                    "\"%s\" is an ELF file but no core of a machine that can be read (%s): give a raw image, or a core of QEMU's dump-guest-memory."
                            .formatted(file.path(), refused.getMessage()),
                    refused);
        }
    }

    private static DirectMap map(ImageFile file, ElfCore core) {
        DirectMap.Builder map = DirectMap.builder();
        for (LoadSegment segment : core.segments()) {
            long bytes = segment.fileSize();
            // Only a segment that ends exactly at 2^64 is cut: a map cannot hold the very last byte, and no machine has
            // memory there.
            long held = segment.physicalAddress() + bytes == 0 && bytes != 0 ? bytes - 1 : bytes;
            map.add(segment.physicalAddress(), file.bytes(), held == 0 ? 0 : segment.fileOffset(), held);
        }
        return map.build();
    }

    private static List<String> defects(ElfCore core, DirectMap map, long fileSize) {
        if (core.truncated().isEmpty()) {
            return List.of();
        }
        Map<Cut, Long> promised = new HashMap<>();
        for (TruncatedSegment segment : core.truncated()) {
            promised.merge(
                    new Cut(segment.fileOffset(), segment.availableSize()), segment.declaredSize(), Address::max);
        }
        Set<Cut> cutNotes = new HashSet<>(promised.keySet());
        List<AddressRange> missing = new ArrayList<>();
        for (LoadSegment segment : core.segments()) {
            Cut cut = new Cut(segment.fileOffset(), segment.fileSize());
            Long declared = promised.get(cut);
            if (declared != null) {
                cutNotes.remove(cut);
                missing.add(lacking(segment, declared));
            }
        }
        // With paging a page can be in several segments, and one of them may be whole.
        List<AddressRange> lost = MissingRanges.of(missing, map);
        List<String> defects = new ArrayList<>();
        if (!lost.isEmpty()) {
            defects.add("The file ends after %d bytes, before its last segment does: %s."
                    .formatted(fileSize, MissingRanges.describe(lost)));
        }
        if (!cutNotes.isEmpty()) {
            defects.add("The file ends inside its notes, so the state of some processors is missing.");
        }
        return defects;
    }

    /** Where a cut segment lies in the file, which is all that its two descriptions have in common. */
    private record Cut(long fileOffset, long available) {}

    /** The physical range that the header promises and the file lacks. */
    private static AddressRange lacking(LoadSegment segment, long declared) {
        long promised = Address.min(declared, segment.memorySize());
        long held = segment.fileSize();
        return new AddressRange(segment.physicalAddress() + held, Address.below(held, promised) ? promised - held : 0);
    }
}
