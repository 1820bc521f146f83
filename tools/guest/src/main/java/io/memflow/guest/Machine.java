package io.memflow.guest;

import io.memflow.guest.architecture.GuestArchitecture;

/**
 * QEMU's machine model, which decides where RAM above the 32-bit hole goes. Source of the figures: {@code pc_q35_init} in
 * QEMU's hw/i386/pc_q35.c and {@code pc_init1} in hw/i386/pc_piix.c, without {@code max-ram-below-4g}.
 */
public enum Machine {
    /** Intel Q35 of 2009, PCI Express. */
    Q35("q35", 0xB000_0000L),
    /** Intel i440FX of 1996, plain PCI. */
    PC("pc", 0xE000_0000L),
    /** QEMU's own machine for architectures without a common one; its RAM is never split. */
    VIRT("virt", Long.MAX_VALUE);

    private final String option;
    private final long splitFrom;

    Machine(String option, long splitFrom) {
        this.option = option;
        this.splitFrom = splitFrom;
    }

    /** The machine that guests of an architecture get when nothing else is asked for. */
    static Machine defaultOf(GuestArchitecture architecture) {
        return switch (architecture) {
            case X86_64 -> Q35;
            case I386 -> PC;
            case ARM64, RISCV64 -> VIRT;
        };
    }

    /** Whether QEMU has this machine for an architecture. */
    boolean isOf(GuestArchitecture architecture) {
        return (this == VIRT) == (defaultOf(architecture) == VIRT);
    }

    /** The name QEMU's {@code -machine} takes. */
    public String option() {
        return option;
    }

    /** RAM of this many bytes or more is split, its upper part starting at 4 GiB; smaller RAM is one piece from 0. */
    public long splitFrom() {
        return splitFrom;
    }
}
