package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.util.SplittableRandom;

/**
 * Where a synthetic process has its parts: virtual addresses in the ranges that its age uses.
 *
 * @param heap of what its loader and its program keep
 * @param wow64Heap of 32-bit structures; 0 where there are none
 * @param peb of it
 * @param wow64Peb 32-bit one; 0 for none
 * @param firstTeb of its first thread
 * @param tebStep from one to the next, which may be negative
 * @param stacks where stacks begin, one behind the other
 */
record UserPlaces(long heap, long wow64Heap, long peb, long wow64Peb, long firstTeb, long tebStep, long stacks) {
    private static final int PAGE = SyntheticRam.PAGE;
    /** {@code SharedUserData}, the same in all processes of all builds. */
    static final long SHARED = 0x7FFE_0000L;
    /** Pages of a thread's block: of one with a 32-bit block behind it three. */
    private static final int WOW64_TEB_PAGES = 3;

    static UserPlaces of(int build, boolean isWide, ProcessPlan.Kind kind, SplittableRandom random) {
        boolean isNew = build >= WindowsVersion.EIGHT_ONE;
        long jitter = random.nextInt(0x400) * (long) (PAGE << 4);
        if (!isWide) {
            long peb = build < WindowsVersion.VISTA ? 0x7FFD_F000L : 0x7FFD_F000L - random.nextInt(8) * PAGE;
            return new UserPlaces(0x15_0000L, 0, peb, 0, peb - PAGE, -PAGE, 0xC00_0000L + jitter / 8);
        }
        if (kind == ProcessPlan.Kind.WOW64) {
            return build >= WindowsVersion.TEN
                    ? new UserPlaces(
                            0x60_0000L,
                            0xA0_0000L,
                            0x30_0000L,
                            0x30_1000L,
                            0x30_2000L,
                            WOW64_TEB_PAGES * PAGE,
                            0x200_0000L)
                    : new UserPlaces(
                            0x15_0000L,
                            0x25_0000L,
                            0x7EFD_F000L,
                            0x7EFD_E000L,
                            0x7EFD_B000L,
                            -WOW64_TEB_PAGES * PAGE,
                            0x200_0000L);
        }
        if (build >= WindowsVersion.TEN) {
            long area = 0x50_0000_0000L + (long) random.nextInt(0x100) * 0x4000_0000L;
            long peb = area + 0x30_0000L + random.nextInt(0x80) * PAGE;
            return new UserPlaces(0x1C8_1000_0000L + jitter, 0, peb, 0, peb + PAGE, 2 * PAGE, area + 0x100_0000L);
        }
        long end = isNew ? 0x7FF6_0000_0000L : build < WindowsVersion.EIGHT ? 0x7FF_FFFD_F000L : 0x7F6_FFFD_F000L;
        long peb = isNew ? end - 0x2_1000L : end - random.nextInt(4) * 0x1000L;
        return new UserPlaces(0x15_0000L + jitter, 0, peb, 0, peb - 2 * PAGE, -2 * PAGE, 0x1000_0000L);
    }
}
