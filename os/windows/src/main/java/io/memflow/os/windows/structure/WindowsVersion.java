package io.memflow.os.windows.structure;

/**
 * Which Windows a kernel is of.
 *
 * @param major {@code NtMajorVersion}
 * @param minor {@code NtMinorVersion}
 * @param build {@code NtBuildNumber} without its flags, such as 19041
 */
public record WindowsVersion(int major, int minor, int build) {
    /** First build of Windows Vista, 7, 8, 8.1, 10 and 11. */
    public static final int VISTA = 6000;

    public static final int SEVEN = 7600;
    public static final int EIGHT = 9200;
    public static final int EIGHT_ONE = 9600;
    public static final int TEN = 10240;
    public static final int ELEVEN = 22000;

    public boolean isAtLeast(int firstBuild) {
        return build >= firstBuild;
    }

    @Override
    public String toString() {
        return "%d.%d.%d".formatted(major, minor, build);
    }
}
