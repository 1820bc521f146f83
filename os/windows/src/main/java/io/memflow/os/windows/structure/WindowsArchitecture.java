package io.memflow.os.windows.structure;

import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.X86Paging;
import java.util.Arrays;
import java.util.Optional;

/** A processor mode that Windows kernels run in. */
public enum WindowsArchitecture {
    /** 32 bits, page tables of two levels. */
    X86("i386", "x86", 4, X86Paging.BITS32, 0xFFFF_F000L),
    /** 32 bits, page tables with 64-bit entries. */
    X86_PAE("i386", "x86", 4, X86Paging.PAE, 0xFFFF_FFE0L),
    X64("x86-64", "x64", 8, X86Paging.LEVEL4, X86Paging.ADDRESS),
    /** {@code TTBR0} has the lower half of the space, {@code TTBR1} the upper one; both name tables of the same form. */
    ARM64(
            "arm64",
            "arm64",
            8,
            Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ZEROS)),
            0x0000_FFFF_FFFF_F000L);

    @SuppressWarnings("ImmutableEnumChecker") // A format never changes once it is made.
    private static final PagingFormat UPPER_HALF =
            Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ONES));

    private final String label;
    private final String table;
    private final int pointerBytes;

    @SuppressWarnings("ImmutableEnumChecker") // A format never changes once it is made.
    private final PagingFormat paging;

    /** The bits of {@code CR3} (Intel SDM volume 3, 4.3 to 4.5) or {@code TTBR0_EL1.BADDR} that are the address. */
    private final long rootMask;

    WindowsArchitecture(String label, String table, int pointerBytes, PagingFormat paging, long rootMask) {
        this.label = label;
        this.table = table;
        this.pointerBytes = pointerBytes;
        this.paging = paging;
        this.rootMask = rootMask;
    }

    /** The name people know it by, such as {@code x86-64}. */
    public String label() {
        return label;
    }

    /** Its name among published kernels: {@code x86}, {@code x64} or {@code arm64}. */
    public String table() {
        return table;
    }

    /** Bytes of a kernel pointer. */
    public int pointerBytes() {
        return pointerBytes;
    }

    /** Form of a root page table. */
    public PagingFormat paging() {
        return paging;
    }

    /**
     * Physical address of a root page table out of the register that holds it, or of a member of a process that is loaded
     * into it: without flags and the number of the address space.
     */
    public long root(long register) {
        return register & rootMask;
    }

    /**
     * The address space under a root page table.
     *
     * @param root physical address
     */
    public AddressSpace space(long root) {
        // A root of the upper half has the lower half of the space in its first entries.
        return this == ARM64 ? AddressSpace.of(paging, root, UPPER_HALF, root) : AddressSpace.of(paging, root);
    }

    /** The first address that belongs to the kernel. */
    public long kernelStart() {
        // Without /3GB; with it the kernel begins at 0xC0000000, above.
        return pointerBytes == 4 ? 0x8000_0000L : 0xFFFF_8000_0000_0000L;
    }

    /** Whether an address is one of the kernel's. */
    public boolean isKernelAddress(long address) {
        return pointerBytes == 4
                ? address >= kernelStart() && address <= 0xFFFF_FFFFL
                : Long.compareUnsigned(address, kernelStart()) >= 0;
    }

    /** The architecture of that {@link #name()}, in any case, or of that {@link #label()}. */
    public static Optional<WindowsArchitecture> named(String name) {
        return Arrays.stream(values())
                .filter(one -> one.name().equalsIgnoreCase(name.replace('-', '_')) || one.label.equalsIgnoreCase(name))
                .findFirst();
    }
}
