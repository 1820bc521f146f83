package io.memflow.connector.qemu.layout;

import java.util.List;
import java.util.Optional;

/**
 * How QEMU lays out the RAM of its {@code virt} machines: in one piece. Source: QEMU's hw/arm/virt.c ({@code VIRT_MEM}) and
 * hw/riscv/virt.c ({@code VIRT_DRAM}). Stateless.
 */
public final class VirtLayout {
    /** First address of RAM on AArch64. */
    public static final long ARM64_BASE = 0x4000_0000L;

    /** First address of RAM on RISC-V. */
    public static final long RISCV64_BASE = 0x8000_0000L;

    private VirtLayout() {}

    /**
     * The layouts that a machine can have.
     *
     * @param machineType as on the command line
     * @return none for another machine than {@code virt} or a version of it
     */
    public static List<List<RamPiece>> candidates(Optional<String> machineType, long ramBytes, long base) {
        boolean virt = machineType
                .filter(type -> type.equals("virt") || type.startsWith("virt-"))
                .isPresent();
        return virt && ramBytes > 0 ? List.of(List.of(new RamPiece(base, PcLayout.BLOCK, 0, ramBytes))) : List.of();
    }
}
