package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;

/** Writes {@code KUSER_SHARED_DATA} (offsets: ntddk.h, {@code KUSER_SHARED_DATA}; the same in all builds). Stateless. */
final class SharedData {
    private static final int SYSTEM_TIME = 0x14;
    private static final int SYSTEM_ROOT = 0x30;
    private static final int BUILD_NUMBER = 0x260;
    private static final int PRODUCT_TYPE = 0x264;
    private static final int MAJOR_VERSION = 0x26C;
    private static final int MINOR_VERSION = 0x270;

    private SharedData() {}

    static void write(SyntheticSpace space, long at, WindowsVersion version, String systemRoot) {
        // KSYSTEM_TIME: low, high, and high again for whoever reads while it is written.
        space.put32(at + SYSTEM_TIME, Machine.NOW);
        space.put32(at + SYSTEM_TIME + 4, Machine.NOW >>> Integer.SIZE);
        space.put32(at + SYSTEM_TIME + 8, Machine.NOW >>> Integer.SIZE);
        space.wide(at + SYSTEM_ROOT, systemRoot);
        if (version.isAtLeast(WindowsVersion.EIGHT)) {
            space.put32(at + BUILD_NUMBER, version.build());
        }
        space.put32(at + PRODUCT_TYPE, 1);
        space.put32(at + MAJOR_VERSION, version.major());
        space.put32(at + MINOR_VERSION, version.minor());
    }

    /** The version that a build is of. */
    static WindowsVersion version(int build) {
        if (build >= WindowsVersion.TEN) {
            return new WindowsVersion(10, 0, build);
        }
        if (build >= WindowsVersion.VISTA) {
            int minor = build >= WindowsVersion.EIGHT_ONE
                    ? 3
                    : build >= WindowsVersion.EIGHT ? 2 : build >= WindowsVersion.SEVEN ? 1 : 0;
            return new WindowsVersion(6, minor, build);
        }
        return new WindowsVersion(5, build >= 3790 ? 2 : 1, build);
    }
}
