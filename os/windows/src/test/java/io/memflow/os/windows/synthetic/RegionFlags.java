package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.WindowsVersion;

/** Where {@code MMVAD_FLAGS} of a build has its fields (public symbols of the builds, {@code _MMVAD_FLAGS}). Stateless. */
final class RegionFlags {
    /** {@code VadImageMap}. */
    private static final int IMAGE = 2;
    /** The first build, but not without a service pack, that has {@code VadType}. */
    private static final int FIRST_WITH_TYPES = 3790;

    private RegionFlags() {}

    /** {@code u}: protection, type, private or not; before 8 the charge too. */
    static long of(PublishedKernel row, int pointerBytes, RegionPlan region, long commit) {
        int build = row.build();
        boolean isPrivate = region.kind() == SyntheticRegion.Kind.PRIVATE;
        boolean isImage = region.kind() == SyntheticRegion.Kind.IMAGE;
        long protection = region.protection();
        long own = isPrivate ? 1 : 0;
        long type = isImage ? IMAGE : 0;
        if (build < WindowsVersion.EIGHT) {
            if (pointerBytes == Long.BYTES) {
                return commit | type << 52 | own << 55 | protection << 56 | own << 63;
            }
            return hasTypes(row)
                    ? commit | type << 20 | own << 23 | protection << 24 | own << 31
                    : commit | type << 19 | protection << 24 | own << 30 | own << 31;
        }
        if (build < 17134) {
            return type | protection << 3 | own << 15;
        }
        if (build < 18362) {
            return type | protection << 3 | own << 14;
        }
        // PreferredNode became a bit wider with 11.
        return type << 4 | protection << 7 | own << (build < WindowsVersion.ELEVEN ? 20 : 21);
    }

    /** XP and 2003 without a service pack have {@code ImageMap} for it, one bit at 20; the type of an image is bit 1. */
    private static boolean hasTypes(PublishedKernel row) {
        return row.build() >= FIRST_WITH_TYPES && !row.label().equals("2003 SP0");
    }

    /** {@code u1} of 8 and later: the charge, and whether it was committed. */
    static long commit(RegionPlan region, long commit) {
        return commit | (region.kind() == SyntheticRegion.Kind.PRIVATE ? 1L << 31 : 0);
    }
}
