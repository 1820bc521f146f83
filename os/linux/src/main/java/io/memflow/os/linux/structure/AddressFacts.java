package io.memflow.os.linux.structure;

import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.X86Paging;

/**
 * What a kernel's addresses are like on its architecture, as found in its own page tables. All else in this layer is free
 * of architectures. Immutable.
 *
 * @param architecture name people know it by: {@code x86-64}, {@code i386}, {@code arm64}, {@code riscv64}
 * @param kernelFormat format of the kernel's root page table
 * @param userFormat format of a process' root page table: the same where one root serves both halves of the space, another
 *     one on arm64, whose processes' tables hold the lower half only
 * @param rootSymbol what the kernel calls its root page table
 */
public record AddressFacts(String architecture, PagingFormat kernelFormat, PagingFormat userFormat, String rootSymbol) {
    /** {@code init_top_pgt}, arch/x86/kernel/head_64.S. */
    private static final String X86_64_ROOT = "init_top_pgt";

    /** An x86-64 kernel with four or five levels. */
    public static AddressFacts x86(PagingFormat format) {
        return new AddressFacts("x86-64", format, format, X86_64_ROOT);
    }

    /** An x86-64 kernel with four levels. */
    public static AddressFacts x86() {
        return x86(X86Paging.LEVEL4);
    }

    /** Bytes of a page. {@code vm_pgoff} and the like count in these. */
    public long pageBytes() {
        return kernelFormat.pageSize();
    }

    /** Bytes of a pointer, and of an {@code unsigned long}. */
    public int pointerBytes() {
        return kernelFormat.pointerBytes();
    }

    /** Whether processes have root page tables without the kernel's half. */
    public boolean hasSplitRoots() {
        return !userFormat.equals(kernelFormat);
    }

    /**
     * The address space of a process.
     *
     * @param userRoot physical address of the process' root page table
     * @param kernelRoot physical address of the kernel's
     */
    public AddressSpace processSpace(long userRoot, long kernelRoot) {
        return hasSplitRoots()
                ? AddressSpace.of(userFormat, userRoot, kernelFormat, kernelRoot)
                : AddressSpace.of(userFormat, userRoot);
    }
}
