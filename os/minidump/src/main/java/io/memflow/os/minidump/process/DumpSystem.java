package io.memflow.os.minidump.process;

import io.memflow.formats.minidump.MinidumpSystem;
import java.util.Locale;
import java.util.Map;

/**
 * The system that a process ran on.
 *
 * @param name as other layers name it, such as {@code windows}
 * @param title as people write it
 * @param architecture as other layers name it
 * @param system what the dump says
 */
record DumpSystem(String name, String title, String architecture, MinidumpSystem system) {
    /** {@code VER_PLATFORM_WIN32_NT}, and the numbers of Breakpad and those after it ({@code MD_OS_*}, minidump_format.h). */
    private static final Map<Long, String> PLATFORMS = Map.of(
            2L, "Windows",
            0x8101L, "macOS",
            0x8102L, "iOS",
            0x8201L, "Linux",
            0x8202L, "Solaris",
            0x8203L, "Android");

    /** {@code PROCESSOR_ARCHITECTURE_ARM}, and Breakpad's first number for 64-bit ones. */
    private static final int ARM = 5;

    private static final int ARM64_OF_BREAKPAD = 0x8003;

    static DumpSystem of(MinidumpSystem system) {
        String title = PLATFORMS.getOrDefault(system.platform(), "platform 0x%x".formatted(system.platform()));
        String architecture = switch (system.architecture()) {
            case MinidumpSystem.INTEL -> "i386";
            case MinidumpSystem.AMD64 -> "x86-64";
            case MinidumpSystem.ARM64, ARM64_OF_BREAKPAD -> "arm64";
            case ARM -> "arm";
            default -> "architecture %d".formatted(system.architecture());
        };
        return new DumpSystem(title.toLowerCase(Locale.ROOT), title, architecture, system);
    }

    /** Name, numbers and service pack. */
    String version() {
        String pack = system.servicePack().strip();
        return "%s %s%s".formatted(title, release(), pack.isEmpty() ? "" : " " + pack);
    }

    /** Such as {@code 6.1.7601}. */
    String release() {
        return "%d.%d.%d".formatted(system.majorVersion(), system.minorVersion(), system.build());
    }

    boolean isWindows() {
        return title.equals("Windows");
    }
}
