package io.memflow.os.windows.region;

import io.memflow.core.os.MemoryRegion;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.Optional;

/**
 * Where {@code MMVAD_FLAGS} has its bits, by the symbol file, else by build: positions from public symbols of ntoskrnl, those of Windows 11 from the
 * order of its members in published headers. Immutable.
 *
 * @param type shift of {@code VadType}; -1 where single bits stand for it, until 2003 SP0
 * @param protection shift of {@code Protection}, five bits
 * @param privateMemory shift of {@code PrivateMemory}
 * @param commit bits of {@code CommitCharge} from bit 0 on; 0 where that is in another member
 */
record VadFlags(int type, int protection, int privateMemory, int commit) {
    private static final String STRUCTURE = "_MMVAD_FLAGS";

    /** Positions of single bits until 2003 SP0. */
    private static final int PHYSICAL_MAPPING = 19;

    private static final int IMAGE_MAP = 20;
    private static final int USER_PHYSICAL_PAGES = 21;
    /** {@code MI_VAD_TYPE}. */
    private static final int DEVICE_PHYSICAL_MEMORY = 1;

    private static final int IMAGE = 2;
    private static final int AWE = 3;
    private static final int ROTATE_PHYSICAL = 6;
    private static final int TYPE_MASK = 7;
    /** First builds that have the bits elsewhere. */
    private static final int BUILD_17134 = 17134;

    private static final int BUILD_18362 = 18362;
    /** Offset of {@code UniqueProcessId} until 2003 SP0; 94 since. */
    private static final int LAST_SINGLE_BITS = 0x84;

    static VadFlags of(WindowsKernel kernel) {
        return told(kernel.layout()).orElseGet(() -> ofBuild(kernel));
    }

    /** As the kernel's symbol file has them; empty without one, and where single bits stand for the type. */
    private static Optional<VadFlags> told(StructureLayout layout) {
        Optional<MemberLocation> type = layout.find(STRUCTURE, "VadType");
        Optional<MemberLocation> protection = layout.find(STRUCTURE, "Protection");
        Optional<MemberLocation> privateMemory = layout.find(STRUCTURE, "PrivateMemory");
        if (type.isEmpty() || protection.isEmpty() || privateMemory.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new VadFlags(
                shift(type.get()),
                shift(protection.get()),
                shift(privateMemory.get()),
                layout.find(STRUCTURE, "CommitCharge")
                        .map(MemberLocation::bitSize)
                        .orElse(0)));
    }

    private static int shift(MemberLocation bits) {
        return (int) (bits.bitOffset() & Long.SIZE - 1);
    }

    private static VadFlags ofBuild(WindowsKernel kernel) {
        WindowsVersion version = kernel.version();
        if (version.isAtLeast(WindowsVersion.ELEVEN)) {
            return new VadFlags(4, 7, 21, 0);
        }
        if (version.isAtLeast(BUILD_18362)) {
            return new VadFlags(4, 7, 20, 0);
        }
        if (version.isAtLeast(BUILD_17134)) {
            return new VadFlags(0, 3, 14, 0);
        }
        if (version.isAtLeast(WindowsVersion.EIGHT)) {
            return new VadFlags(0, 3, 15, 0);
        }
        if (kernel.architecture() == WindowsArchitecture.X64) {
            return new VadFlags(52, 56, 63, 51);
        }
        // 2003 SP0 shares its build with later service packs; its processes are still laid out as those of XP.
        boolean singleBits = kernel.layout().offset("_EPROCESS", "UniqueProcessId") <= LAST_SINGLE_BITS;
        return new VadFlags(singleBits ? -1 : 20, 24, 31, 19);
    }

    boolean isPrivate(long flags) {
        return (flags >>> privateMemory & 1) != 0;
    }

    int protection(long flags) {
        return (int) (flags >>> protection) & Protection.MASK;
    }

    /** Pages that are promised; -1 where another member has them, or no account is kept. */
    long committed(long flags) {
        long most = (1L << commit) - 1;
        long charge = flags & most;
        return commit == 0 || charge == most ? -1 : charge;
    }

    MemoryRegion.Kind kind(long flags) {
        int found = type < 0 ? singleBits(flags) : (int) (flags >>> type) & TYPE_MASK;
        return switch (found) {
            case IMAGE -> MemoryRegion.Kind.IMAGE;
            case DEVICE_PHYSICAL_MEMORY, AWE, ROTATE_PHYSICAL -> MemoryRegion.Kind.PHYSICAL;
            default -> isPrivate(flags) ? MemoryRegion.Kind.PRIVATE : MemoryRegion.Kind.MAPPED;
        };
    }

    private static int singleBits(long flags) {
        if ((flags >>> IMAGE_MAP & 1) != 0) {
            return IMAGE;
        }
        return (flags >>> PHYSICAL_MAPPING & 1) != 0 || (flags >>> USER_PHYSICAL_PAGES & 1) != 0
                ? DEVICE_PHYSICAL_MEMORY
                : 0;
    }
}
