package io.memflow.os.windows.region;

import io.memflow.core.address.Address;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.windows.object.FileNames;
import io.memflow.os.windows.object.ObjectHeaders;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the rows of regions. Offsets are looked up once; memory is read at each call. Thread-safe. */
public final class RegionRows {
    private static final String SOURCE = "vad-tree";
    private static final int PAGE_SHIFT = 12;
    /** Bits of {@code MMVAD_FLAGS1.CommitCharge}, since 8; all of them set where no account is kept. */
    private static final long COMMIT_MASK = 0x7FFF_FFFFL;

    private static final long OFFSET_MASK = 0xFF_FFFF;
    private static final int OFFSET_SHIFT = 16;

    private final MemoryView memory;
    private final int word;
    private final VadTree tree;
    private final VadFlags flags;
    private final KernelField first;
    private final KernelField last;
    /** Bytes of a page number. */
    private final int numberBytes;

    private final Optional<KernelField> firstHigh;
    private final Optional<KernelField> lastHigh;
    private final KernelField flagWord;
    private final Optional<KernelField> commitWord;
    /** {@code MMVAD.u2}, which only descriptors of shared memory have. */
    private final Optional<KernelField> secondFlags;

    private final MappedFiles files;

    /**
     * @throws MemflowException of kind NOT_FOUND when the places of members without which there is no list are not known
     */
    public RegionRows(WindowsKernel kernel) {
        memory = kernel.memory();
        word = kernel.pointerBytes();
        tree = new VadTree(kernel);
        flags = VadFlags.of(kernel);
        first = kernel.field("_MMVAD_SHORT", "StartingVpn");
        last = kernel.field("_MMVAD_SHORT", "EndingVpn");
        numberBytes = Math.toIntExact(last.at(0) - first.at(0));
        firstHigh = kernel.optionalField("_MMVAD_SHORT", "StartingVpnHigh");
        lastHigh = kernel.optionalField("_MMVAD_SHORT", "EndingVpnHigh");
        flagWord = kernel.field("_MMVAD_SHORT", "u");
        commitWord = kernel.optionalField("_MMVAD_SHORT", "VadNode").isPresent()
                ? kernel.optionalField("_MMVAD_SHORT", "u1")
                : Optional.empty();
        secondFlags = kernel.optionalField("_MMVAD", "u2");
        files = new MappedFiles(kernel, new WhenKnown<>(() -> new FileNames(kernel, new ObjectHeaders(kernel))));
    }

    /**
     * The regions of a process, ascending.
     *
     * @param process virtual address of its {@code EPROCESS}
     */
    public Listing<MemoryRegion> regions(long process) {
        VadTree.Nodes nodes = tree.read(process);
        List<MemoryRegion> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(nodes.missing());
        for (long vad : nodes.addresses()) {
            try {
                rows.add(row(vad));
            } catch (MemflowException unreadable) {
                missing.add(new MissingPart("VAD at " + Address.format(vad), String.valueOf(unreadable.getMessage())));
            }
        }
        return new Listing<>(rows, missing);
    }

    private MemoryRegion row(long vad) {
        FieldReader fields = new FieldReader();
        long start = number(first, firstHigh, vad);
        long end = number(last, lastHigh, vad);
        if (Long.compareUnsigned(start, end) > 0 || end >>> (Long.SIZE - 1 - PAGE_SHIFT) != 0) {
            throw new MalformedDataException("MMVAD", vad, "it goes from page 0x%x to 0x%x".formatted(start, end));
        }
        // Until 8 the word is as wide as a pointer, then of 32 bits.
        long bits = memory.readUnsigned(flagWord.at(vad), commitWord.isPresent() ? Integer.BYTES : word);
        int protection = flags.protection(bits);
        MemoryRegion.Kind kind = flags.kind(bits);
        boolean own = flags.isPrivate(bits) || Protection.copies(protection);
        String file = flags.isPrivate(bits) ? null : fields.read("FilePointer", () -> files.name(vad));
        return new MemoryRegion(
                start << PAGE_SHIFT,
                (end + 1) << PAGE_SHIFT,
                Protection.letters(protection) + (own ? "p" : "s"),
                file == null ? 0 : fields.readOr("FileOffset", 0L, () -> fileOffset(vad)),
                file,
                0,
                new MemoryRegion.Allocation(
                        vad,
                        kind,
                        Protection.name(protection),
                        fields.read("CommitCharge", () -> committed(vad, bits))),
                fields.provenance(SOURCE));
    }

    private long number(KernelField low, Optional<KernelField> high, long vad) {
        long number = memory.readUnsigned(low.at(vad), numberBytes);
        return high.isPresent() ? memory.readUnsigned(high.get().at(vad), Byte.BYTES) << Integer.SIZE | number : number;
    }

    /** {@code MMVAD_FLAGS2.FileOffset}, 24 bits in units of 64 KiB. */
    private long fileOffset(long vad) {
        return secondFlags.isEmpty()
                ? 0
                : (memory.readUnsigned(secondFlags.get().at(vad), Integer.BYTES) & OFFSET_MASK) << OFFSET_SHIFT;
    }

    private @Nullable Long committed(long vad, long bits) {
        long pages = flags.committed(bits);
        if (commitWord.isPresent()) {
            long charge = memory.readUnsigned(commitWord.get().at(vad), Integer.BYTES) & COMMIT_MASK;
            pages = charge == COMMIT_MASK ? -1 : charge;
        }
        return pages < 0 ? null : pages;
    }
}
