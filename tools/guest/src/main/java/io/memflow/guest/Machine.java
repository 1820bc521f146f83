package io.memflow.guest;

/**
 * QEMU's machine model, which decides where RAM above the 32-bit hole goes. Source of the figures: {@code pc_q35_init} in
 * QEMU's hw/i386/pc_q35.c and {@code pc_init1} in hw/i386/pc_piix.c, without {@code max-ram-below-4g}.
 */
public enum Machine {
    /** Intel Q35 of 2009, PCI Express. */
    Q35("q35", 0xB000_0000L),
    /** Intel i440FX of 1996, plain PCI. */
    PC("pc", 0xE000_0000L);

    private final String option;
    private final long splitFrom;

    Machine(String option, long splitFrom) {
        this.option = option;
        this.splitFrom = splitFrom;
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
