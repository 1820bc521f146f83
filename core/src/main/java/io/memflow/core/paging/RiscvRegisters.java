package io.memflow.core.paging;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.Optional;

/**
 * Page-table trees from the values of RISC-V control registers. Source: The RISC-V Instruction Set Manual, volume II
 * (privileged architecture, version 20240411): "Supervisor Address Translation and Protection (satp) Register" and
 * "Hypervisor Guest Address Translation and Protection Register (hgatp)". vsatp reads as satp does. Stateless.
 */
public final class RiscvRegisters {
    private static final int MODE_SHIFT = 60;
    private static final int BARE = 0;
    private static final int SV39 = 8;
    private static final int SV48 = 9;
    private static final int SV57 = 10;
    /** Bits 43 to 0: the root's page number. */
    private static final long NUMBER = (1L << 44) - 1;

    // Where registers are 32 bits wide.
    private static final int MODE_SHIFT_32 = 31;
    private static final long NUMBER_32 = (1L << 22) - 1;

    private static final int PAGE_BITS = 12;

    private RiscvRegisters() {}

    /**
     * What satp (or vsatp) of a 64-bit processor sets up.
     *
     * @return empty when translation is off (Bare)
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when the mode is reserved
     */
    public static Optional<AddressSpace> satp64(long satp) {
        return switch ((int) (satp >>> MODE_SHIFT)) {
            case BARE -> Optional.empty();
            case SV39 -> Optional.of(AddressSpace.of(RiscvPaging.SV39, root64(satp)));
            case SV48 -> Optional.of(AddressSpace.of(RiscvPaging.SV48, root64(satp)));
            case SV57 -> Optional.of(AddressSpace.of(RiscvPaging.SV57, root64(satp)));
            default -> throw reserved("satp", satp);
        };
    }

    /**
     * What satp (or vsatp) of a 32-bit processor sets up.
     *
     * @return empty when translation is off (Bare)
     */
    public static Optional<AddressSpace> satp32(long satp) {
        return (satp >>> MODE_SHIFT_32 & 1) == BARE
                ? Optional.empty()
                : Optional.of(AddressSpace.of(RiscvPaging.SV32, (satp & NUMBER_32) << PAGE_BITS));
    }

    /**
     * The tree from guest-physical to physical addresses that hgatp of a 64-bit processor sets up.
     *
     * @return empty when guest-physical addresses are physical (Bare)
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when the mode is reserved
     */
    public static Optional<AddressSpace.Tree> hgatp64(long hgatp) {
        return switch ((int) (hgatp >>> MODE_SHIFT)) {
            case BARE -> Optional.empty();
            case SV39 -> Optional.of(new AddressSpace.Tree(RiscvPaging.SV39X4, root64(hgatp)));
            case SV48 -> Optional.of(new AddressSpace.Tree(RiscvPaging.SV48X4, root64(hgatp)));
            case SV57 -> Optional.of(new AddressSpace.Tree(RiscvPaging.SV57X4, root64(hgatp)));
            default -> throw reserved("hgatp", hgatp);
        };
    }

    /**
     * The tree from guest-physical to physical addresses that hgatp of a 32-bit processor sets up.
     *
     * @return empty when guest-physical addresses are physical (Bare)
     */
    public static Optional<AddressSpace.Tree> hgatp32(long hgatp) {
        return (hgatp >>> MODE_SHIFT_32 & 1) == BARE
                ? Optional.empty()
                : Optional.of(new AddressSpace.Tree(RiscvPaging.SV32X4, (hgatp & NUMBER_32) << PAGE_BITS));
    }

    private static long root64(long register) {
        return (register & NUMBER) << PAGE_BITS;
    }

    private static MemflowException reserved(String register, long value) {
        return new MemflowException(
                ErrorOrigin.MMU,
                ErrorKind.INVALID_ARGUMENT,
                register + " " + Address.format(value) + " has the reserved mode " + (value >>> MODE_SHIFT)
                        + "; check that it was read from the right processor.");
    }
}
