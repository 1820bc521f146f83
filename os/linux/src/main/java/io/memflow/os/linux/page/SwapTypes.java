package io.memflow.os.linux.page;

import io.memflow.core.paging.PagingFormat;
import io.memflow.os.linux.structure.AddressFacts;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelVersion;

/**
 * What the 32 swap types of a kernel stand for. The lowest are swap devices; those from the top down are for pages that are
 * elsewhere. How many of these there are depends on the version and on the configuration (include/linux/swap.h), which
 * shows in the functions that exist.
 *
 * <p>Immutable.
 *
 * @param poisoned {@code SWP_HWPOISON}, or as large as the next when the kernel has none
 * @param migration first of the types for pages on the move
 * @param device first of the types for pages in a device or lent to one
 * @param marker {@code SWP_PTE_MARKER}, or as large as the next when the kernel has none
 * @param error {@code SWP_SWAPIN_ERROR}, or {@link #COUNT} when the kernel has none
 * @param lent first type of those pages of a device that stay in memory ({@code SWP_DEVICE_EXCLUSIVE})
 * @param movingInDevice first type of pages of a device that are on the move
 * @param frameBits bits of an offset that name a page frame, {@code SWP_PFN_BITS}
 */
record SwapTypes(
        int poisoned, int migration, int device, int marker, int error, int lent, int movingInDevice, int frameBits) {
    /** {@code 1 << MAX_SWAPFILES_SHIFT}. */
    static final int COUNT = 32;

    private static final int EXCLUSIVE_SINCE_MAJOR = 5;

    static SwapTypes of(Kernel kernel) {
        return of(
                kernel.version(),
                new Features(
                        exists(kernel, "memory_failure"),
                        exists(kernel, "migrate_pages"),
                        hasDevicePages(kernel),
                        hasMarkers(kernel)),
                frameBits(kernel.facts()));
    }

    /**
     * Parts of a kernel that its configuration may leave out.
     *
     * @param memoryFailure CONFIG_MEMORY_FAILURE
     * @param migration CONFIG_MIGRATION
     * @param devicePages CONFIG_DEVICE_PRIVATE
     * @param markers CONFIG_PTE_MARKER, a part of every kernel since 6.2
     */
    record Features(boolean memoryFailure, boolean migration, boolean devicePages, boolean markers) {}

    static SwapTypes of(KernelVersion version, Features features, int frameBits) {
        boolean hasErrors = version.isAtLeast(EXCLUSIVE_SINCE_MAJOR, 19) && !version.isAtLeast(6, 2);
        int error = COUNT - (hasErrors ? 1 : 0);
        int marker = error - (features.markers ? 1 : 0);
        int device = marker - (features.devicePages ? deviceTypes(version) : 0);
        int migrationTypes = version.isAtLeast(EXCLUSIVE_SINCE_MAJOR, 19) ? 3 : 2;
        int migration = device - (features.migration ? migrationTypes : 0);
        int poisoned = migration - (features.memoryFailure ? 1 : 0);
        // SWP_DEVICE_WRITE and SWP_DEVICE_READ come first, then what is lent, then what is on the move.
        int lent = Math.min(device + 2, marker);
        int moving = version.isAtLeast(6, 19) ? Math.min(device + 3, marker) : marker;
        return new SwapTypes(poisoned, migration, device, marker, error, lent, moving, frameBits);
    }

    private static int deviceTypes(KernelVersion version) {
        if (version.isAtLeast(6, 19)) {
            return 6;
        }
        if (version.isAtLeast(6, 15)) {
            return 3;
        }
        return version.isAtLeast(5, 14) ? 4 : 2;
    }

    private static boolean exists(Kernel kernel, String function) {
        return kernel.find(function).isPresent();
    }

    /** Functions of CONFIG_DEVICE_PRIVATE: mm/rmap.c since 5.14; mm/migrate.c before. */
    private static boolean hasDevicePages(Kernel kernel) {
        return kernel.version().isAtLeast(5, 14)
                ? exists(kernel, "make_device_exclusive") || exists(kernel, "make_device_exclusive_range")
                : exists(kernel, "migrate_vma_setup") || exists(kernel, "migrate_vma");
    }

    /** Since 5.19 where userfaultfd can protect pages against writes, which then is x86-64 only; since 6.2 always. */
    private static boolean hasMarkers(Kernel kernel) {
        KernelVersion version = kernel.version();
        boolean optional = kernel.facts().architecture().equals("x86-64") && exists(kernel, "handle_userfault");
        return version.isAtLeast(6, 2) || (version.isAtLeast(EXCLUSIVE_SINCE_MAJOR, 19) && optional);
    }

    /**
     * {@code MAX_PHYSMEM_BITS - PAGE_SHIFT}: arch/x86/include/asm/sparsemem.h, arch/arm64/Kconfig (ARM64_PA_BITS),
     * arch/riscv/include/asm/sparsemem.h. Above them stand marks of what the page was like.
     */
    static int frameBits(AddressFacts facts) {
        PagingFormat format = facts.kernelFormat();
        int pageShift = Long.numberOfTrailingZeros(format.pageSize());
        return switch (facts.architecture()) {
            case "x86-64" -> (format.levels().size() > 4 ? 52 : 46) - pageShift;
            case "arm64" -> (format.virtualBits() > 48 ? 52 : 48) - pageShift;
            case "riscv64" -> 56 - pageShift;
            default -> 36 - pageShift;
        };
    }

    long frame(long offset) {
        return offset & ((1L << frameBits) - 1);
    }
}
