package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;

/**
 * Where a synthetic Windows is installed, without the drive.
 *
 * @param root its folder
 */
record SystemFolders(String root) {
    /** What the drive is called below the kernel's file systems. */
    static final String DEVICE = "\\Device\\HarddiskVolume2";

    static final String DRIVE = "C:";

    static SystemFolders of(int build) {
        return new SystemFolders(build < WindowsVersion.VISTA ? "\\WINDOWS" : "\\Windows");
    }

    String system32() {
        return root + "\\System32";
    }

    /** The folder of 32-bit libraries on a 64-bit system. */
    String sysWow64() {
        return root + "\\SysWOW64";
    }
}
