package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsArchitecture;

/**
 * Writes the page tables of a synthetic machine, entry by entry as Windows has them. {@code PageTableBuilder} cannot: it
 * knows no entries of pages that are not there, and makes all tables open to user mode. Confined.
 */
final class SyntheticTables {
    /** Where 32-bit Windows shows its page tables, and how many bytes an entry of a directory spans. */
    private static final long SELF_32 = 0xC000_0000L;

    private static final int PAE_DIRECTORIES = 4;

    private final SyntheticRam ram;
    private final WindowsArchitecture architecture;
    /** Of each level from the root on: the lowest bit of its index, and how many bits that has. */
    private final int[] shifts;

    private final int[] indexBits;
    private final int entryBytes;
    private final EntryBits bits;
    private final int selfIndex;
    /** Entries of the upper half of the four-level root are shared from this one on. */
    private static final int KERNEL_INDEX = 256;

    /** @param selfIndex of the root's entry that names the root; of four-level tables only */
    SyntheticTables(SyntheticRam ram, WindowsArchitecture architecture, int selfIndex) {
        this.ram = ram;
        this.architecture = architecture;
        this.selfIndex = selfIndex;
        bits = EntryBits.of(architecture);
        entryBytes = architecture == WindowsArchitecture.X86 ? Integer.BYTES : Long.BYTES;
        shifts = switch (architecture) {
            case X86 -> new int[] {22, 12};
            case X86_PAE -> new int[] {30, 21, 12};
            case X64, ARM64 -> new int[] {39, 30, 21, 12};
        };
        indexBits = switch (architecture) {
            case X86 -> new int[] {10, 10};
            case X86_PAE -> new int[] {2, 9, 9};
            case X64, ARM64 -> new int[] {9, 9, 9, 9};
        };
    }

    /** Bytes of a large page. */
    long largePage() {
        return 1L << shifts[shifts.length - 2];
    }

    int entryBytes() {
        return entryBytes;
    }

    /** What entries have beside addresses. */
    EntryBits bits() {
        return bits;
    }

    /** Makes an empty root that shows itself where Windows wants it; in PAE its four directories lie wherever there is room. */
    long newRoot() {
        return architecture == WindowsArchitecture.X86_PAE
                ? paeRoot(ram.block(PAE_DIRECTORIES * Long.BYTES), 0)
                : rootAt(ram.frame());
    }

    /**
     * Makes the root of the first process, which the loader lays out.
     *
     * @param address free memory of a page; in PAE of five
     */
    long firstRoot(long address) {
        return architecture == WindowsArchitecture.X86_PAE
                ? paeRoot(address, address + SyntheticRam.PAGE)
                : rootAt(address);
    }

    private long rootAt(long root) {
        if (architecture == WindowsArchitecture.X86) {
            entry(root + index(SELF_32, 0) * entryBytes, root | PageAccess.KERNEL_TABLE);
        } else {
            boolean isFixed = selfIndex == SyntheticWindowsBuilder.FIXED_SELF_MAP;
            entry(root + (long) selfIndex * entryBytes, root | bits.self(isFixed));
        }
        return root;
    }

    private long paeRoot(long root, long firstDirectory) {
        long[] directories = new long[PAE_DIRECTORIES];
        for (int i = 0; i < PAE_DIRECTORIES; i++) {
            directories[i] = firstDirectory == 0 ? ram.frame() : firstDirectory + (long) i * SyntheticRam.PAGE;
            // Bit 0 is the only one that an entry of this root may have.
            entry(root + (long) i * entryBytes, directories[i] | 1);
        }
        for (int i = 0; i < PAE_DIRECTORIES; i++) {
            entry(directories[3] + (long) i * entryBytes, directories[i] | PageAccess.KERNEL_TABLE);
        }
        return root;
    }

    /** Maps a page. */
    void map(long root, long virtual, long frame, PageAccess access) {
        put(root, virtual, frame | bits.page(access));
    }

    /** Maps a large page for the kernel, which may do anything there. */
    void mapLarge(long root, long virtual, long address) {
        int level = shifts.length - 2;
        entry(slot(root, virtual, level), address | bits.largePage());
    }

    /** Writes the entry of a page, whatever it says. */
    void put(long root, long virtual, long value) {
        entry(slot(root, virtual, shifts.length - 1), value);
    }

    /** Makes the tables of a range, so that processes that come later share them. */
    void prepare(long root, long virtual, long length) {
        long step = largePage();
        for (long at = virtual & -step; at - virtual < length; at += step) {
            slot(root, at, shifts.length - 1);
        }
    }

    /** Where the entry of a level lies; tables on the way are made. */
    private long slot(long root, long virtual, int level) {
        long table = root;
        for (int i = 0; i < level; i++) {
            long at = table + index(virtual, i) * entryBytes;
            long held = ram.get(at, entryBytes);
            if ((held & 1) == 0) {
                long fresh = ram.frame();
                entry(at, fresh | bits.table(isKernel(virtual)));
                table = fresh;
            } else {
                table = held & 0xFFFF_FFFF_F000L;
            }
        }
        return table + index(virtual, level) * entryBytes;
    }

    private boolean isKernel(long virtual) {
        return architecture.isKernelAddress(virtual);
    }

    private long index(long virtual, int level) {
        return virtual >>> shifts[level] & (1L << indexBits[level]) - 1;
    }

    private void entry(long address, long value) {
        ram.put(address, entryBytes, value);
    }

    /** Gives a root the kernel's half of another, but for what shows the root itself. */
    void shareKernel(long from, long to) {
        switch (architecture) {
            case X86 -> shareEntries(from, to, 512, 1024, index(SELF_32, 0), 1);
            case X86_PAE -> {
                for (int i = 2; i < PAE_DIRECTORIES; i++) {
                    long own = index(SELF_32, 1);
                    shareEntries(directory(from, i), directory(to, i), 0, 512, own, i == 3 ? PAE_DIRECTORIES : 0);
                }
            }
            case X64, ARM64 -> shareEntries(from, to, KERNEL_INDEX, 512, selfIndex, 1);
        }
    }

    /**
     * Fills the root for user mode of a four-level root: the lower half, and of the upper one only what holds the code that
     * changes roots. In the kernel's own root nothing of the lower half may be executed from then on.
     */
    void shadow(long root, long userRoot, long kernelCode) {
        for (int i = 0; i < KERNEL_INDEX; i++) {
            long held = ram.get(root + (long) i * entryBytes, entryBytes);
            if (held != 0) {
                entry(userRoot + (long) i * entryBytes, held);
                entry(root + (long) i * entryBytes, held | PageAccess.NO_EXECUTE);
            }
        }
        long code = index(kernelCode, 0) * entryBytes;
        entry(userRoot + code, ram.get(root + code, entryBytes));
        rootAt(userRoot);
    }

    private long directory(long root, int index) {
        return ram.get(root + (long) index * entryBytes, entryBytes) & 0xFFFF_FFFF_F000L;
    }

    private void shareEntries(long from, long to, int first, int end, long own, int ownCount) {
        for (int i = first; i < end; i++) {
            if (i < own || i >= own + ownCount) {
                long at = (long) i * entryBytes;
                entry(to + at, ram.get(from + at, entryBytes));
            }
        }
    }
}
