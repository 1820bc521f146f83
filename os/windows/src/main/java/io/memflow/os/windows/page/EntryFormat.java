package io.memflow.os.windows.page;

import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;

/**
 * Takes entries apart that the processor cannot use ({@code MMPTE}; bits by public symbols of ntoskrnl: {@code MMPTE_SOFTWARE},
 * {@code MMPTE_TRANSITION}, {@code MMPTE_PROTOTYPE}, {@code MMPTE_SUBSECTION}). Immutable.
 *
 * @param bytes bytes of an entry
 * @param frames bits of the page frame in an entry
 * @param fileShift first of the four bits that number a page file
 * @param addressShift first bit of the address in a prototype entry; 0 where it is not held as such
 * @param asIs the bit that says that nothing was mixed into an entry ({@code SwizzleBit}); 0 where nothing ever is
 */
record EntryFormat(int bytes, long frames, int fileShift, int addressShift, long asIs) {
    private static final int VALID = 1;
    private static final int PROTOTYPE = 1 << 10;
    private static final int TRANSITION = 1 << 11;
    private static final int FILE_MASK = 0xf;
    /** {@code PageFileHigh} of a prototype entry whose region has to be asked ({@code MI_PTE_LOOKUP_NEEDED}). */
    private static final long LOOKUP_NEEDED = 0xFFFF_FFFFL;

    private static final int PAGE_SHIFT = 12;
    /** Since 10 1809 the number of a page file has another place, and entries have {@code SwizzleBit}. */
    private static final int FILE_MOVED = 17763;

    private static final long SWIZZLE = 1 << 4;

    private static final int EARLY_FILE_SHIFT = 1;
    private static final int LATE_FILE_SHIFT = 12;

    static EntryFormat of(WindowsKernel kernel) {
        boolean isLate = kernel.version().isAtLeast(FILE_MOVED);
        int fileShift = isLate ? LATE_FILE_SHIFT : EARLY_FILE_SHIFT;
        long asIs = isLate ? SWIZZLE : 0;
        return switch (kernel.architecture()) {
            // The address is spread over two fields here, as a distance in pool memory: the region tells it as well.
            case X86 -> new EntryFormat(Integer.BYTES, 0xFFFF_F000L, EARLY_FILE_SHIFT, 0, 0);
            case X86_PAE -> new EntryFormat(Long.BYTES, 0x0000_003F_FFFF_F000L, fileShift, Integer.SIZE, asIs);
            case X64, ARM64 -> new EntryFormat(Long.BYTES, 0x0000_FFFF_FFFF_F000L, fileShift, Short.SIZE, asIs);
        };
    }

    /** Whether the form of a kernel's entries is known: that of ARM64 is not published. */
    static boolean isKnown(WindowsKernel kernel) {
        return kernel.architecture() != WindowsArchitecture.ARM64;
    }

    /** Whether bits may be set in an entry that are none of it, to keep processors away: see {@link InvalidMask}. */
    boolean mayBeMixed(long entry) {
        return asIs != 0 && entry != 0 && (entry & (asIs | VALID)) == 0 && entry >>> Integer.SIZE != LOOKUP_NEEDED;
    }

    /**
     * What an entry says while it is not known which bits were set in it: where that matters, the region has to be asked.
     *
     * @param inMemory bits of addresses that memory has
     */
    SoftwareEntry ofMixed(long entry, long inMemory) {
        return switch (ofProcess(entry)) {
            case SoftwareEntry.Prototype _ -> new SoftwareEntry.PrototypeOfRegion();
            case SoftwareEntry.Paged paged
            when (paged.offset() << Integer.SIZE & ~inMemory) != 0 -> new SoftwareEntry.Unclear(paged);
            case SoftwareEntry other -> other;
        };
    }

    /**
     * What an entry of a process' tables says.
     *
     * @param entry as it stands in the table, not valid for the processor
     */
    SoftwareEntry ofProcess(long entry) {
        if (entry == 0) {
            return new SoftwareEntry.Empty();
        }
        return (entry & PROTOTYPE) != 0 ? prototype(entry) : common(entry);
    }

    /** What an entry of a section says. */
    SoftwareEntry ofSection(long entry) {
        if ((entry & VALID) != 0) {
            return new SoftwareEntry.Valid(entry & frames);
        }
        if (entry == 0) {
            return new SoftwareEntry.Empty();
        }
        return (entry & PROTOTYPE) != 0 ? new SoftwareEntry.OfFile() : common(entry);
    }

    private SoftwareEntry common(long entry) {
        if ((entry & TRANSITION) != 0) {
            return new SoftwareEntry.Transition(entry & frames);
        }
        long offset = bytes == Long.BYTES ? entry >>> Integer.SIZE : (entry & 0xFFFF_FFFFL) >>> PAGE_SHIFT;
        return offset == 0
                ? new SoftwareEntry.DemandZero()
                : new SoftwareEntry.Paged((int) (entry >>> fileShift) & FILE_MASK, offset);
    }

    private SoftwareEntry prototype(long entry) {
        boolean asksRegion = addressShift == 0 || entry >>> Integer.SIZE == LOOKUP_NEEDED;
        if (asksRegion) {
            return new SoftwareEntry.PrototypeOfRegion();
        }
        // Of 64 bits the address is sign-extended; of 32 it is not.
        return new SoftwareEntry.Prototype(
                addressShift == Integer.SIZE ? entry >>> addressShift : entry >> addressShift);
    }
}
