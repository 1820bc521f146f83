package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Where a synthetic kernel has its parts: virtual addresses in the ranges that its age uses.
 *
 * @param image of {@code ntoskrnl.exe}
 * @param drivers from here on, other modules
 * @param nonPaged pool of what must stay in memory
 * @param paged the other pool
 * @param stacks of threads
 * @param session what belongs to the session
 * @param cache of files
 * @param firmware what the HAL maps
 * @param processor block of the processor ({@code KPCR})
 * @param shared {@code KUSER_SHARED_DATA}
 */
record KernelPlaces(
        long image,
        long drivers,
        long nonPaged,
        long paged,
        long stacks,
        long session,
        long cache,
        long firmware,
        long processor,
        long shared) {
    /** Bytes that an entry of a four-level root spans, as a shift. */
    private static final int ROOT_SHIFT = 39;

    private static final long PAGE = SyntheticRam.PAGE;
    private static final long LARGE_64 = 2 << 20;
    /** Where 64-bit kernels have {@code KUSER_SHARED_DATA}, and their own images. */
    private static final int SHARED_INDEX = 0x1EF;

    private static final int IMAGE_INDEX = 0x1F0;

    static KernelPlaces of(WindowsArchitecture architecture, int build, int selfMap, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31 + build);
        if (architecture.pointerBytes() == Integer.BYTES) {
            return narrow(build, random);
        }
        return build >= SyntheticWindowsBuilder.RANDOM_SELF_MAP_SINCE ? drawn(selfMap, random) : fixed(build, random);
    }

    /** Whether a four-level root of that build can name itself there. */
    static boolean isFree(int build, int index) {
        boolean isTaken = index == SHARED_INDEX || index == IMAGE_INDEX;
        boolean isFixed = build < SyntheticWindowsBuilder.RANDOM_SELF_MAP_SINCE;
        return !isTaken && (!isFixed || index < 0x180 || index == SyntheticWindowsBuilder.FIXED_SELF_MAP);
    }

    private static KernelPlaces narrow(int build, SplittableRandom random) {
        boolean isOld = build < WindowsVersion.VISTA;
        long image = build < 3790
                ? 0x804D_7000L
                : isOld
                        ? 0x8080_0000L
                        : (build >= WindowsVersion.EIGHT ? 0x8100_0000L : 0x8280_0000L) + random.nextInt(0x80) * PAGE;
        return new KernelPlaces(
                image,
                isOld ? 0xF840_0000L : 0x8A00_0000L,
                0x8400_0000L,
                isOld ? 0xE100_0000L : 0x8C00_0000L,
                isOld ? 0xF8A0_0000L : 0x9200_0000L,
                isOld ? 0xBF80_0000L : 0x9500_0000L,
                isOld ? 0xC100_0000L : 0x9800_0000L,
                0xFFD0_0000L,
                isOld ? 0xFFDF_F000L : 0x807C_0000L,
                0xFFDF_0000L);
    }

    private static KernelPlaces fixed(int build, SplittableRandom random) {
        boolean isEight = build >= WindowsVersion.EIGHT;
        boolean isWide = build >= WindowsVersion.EIGHT_ONE;
        long image = build < WindowsVersion.VISTA
                ? 0xFFFF_F800_0100_0000L
                : isEight
                        ? 0xFFFF_F800_0000_0000L + ((long) random.nextInt(4) << 32) + 0x1000_0000L
                        : 0xFFFF_F800_0260_0000L;
        image += build >= WindowsVersion.TEN ? random.nextInt(0x80) * LARGE_64 : random.nextInt(0x200) * PAGE;
        return new KernelPlaces(
                image,
                isEight ? 0xFFFF_F800_8000_0000L + (image & 0x7_0000_0000L) : 0xFFFF_F880_0100_0000L,
                // Handles of 8 have room for addresses of the last 16 TiB only.
                isWide ? 0xFFFF_E000_0020_0000L : 0xFFFF_FA80_0060_0000L,
                isWide ? 0xFFFF_C000_0020_0000L : 0xFFFF_F8A0_0000_0000L,
                isWide ? 0xFFFF_D000_2080_0000L : 0xFFFF_F880_2300_0000L,
                0xFFFF_F900_C000_0000L,
                0xFFFF_F980_0000_0000L,
                0xFFFF_FFFF_FFD0_0000L,
                isWide ? 0xFFFF_F780_2000_0000L : 0xFFFF_F880_0900_0000L,
                0xFFFF_F780_0000_0000L);
    }

    /** Since 10 1607 most of them lie behind an entry of the root that is drawn at each start. */
    private static KernelPlaces drawn(int selfMap, SplittableRandom random) {
        BitSet taken = new BitSet();
        taken.set(selfMap);
        taken.set(SHARED_INDEX, IMAGE_INDEX + 1);
        taken.set(0x1FF);
        long image = 0xFFFF_F800_0000_0000L + ((long) random.nextInt(8) << 32) + random.nextInt(0x300) * LARGE_64;
        return new KernelPlaces(
                image,
                (image & -(1L << 32)) + 0x8000_0000L,
                draw(taken, random),
                draw(taken, random),
                draw(taken, random),
                draw(taken, random),
                draw(taken, random),
                0xFFFF_FFFF_FFD0_0000L,
                (image & -(1L << 32)) + 0x7000_0000L,
                0xFFFF_F780_0000_0000L);
    }

    private static long draw(BitSet taken, SplittableRandom random) {
        int index = taken.nextClearBit(0x100 + random.nextInt(0xF0));
        if (index > 0x1FE) {
            index = taken.nextClearBit(0x100);
        }
        taken.set(index);
        return 0xFFFF_0000_0000_0000L | (long) index << ROOT_SHIFT | random.nextInt(0x1000) * LARGE_64;
    }
}
