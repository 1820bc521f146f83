package io.memflow.os.windows.discovery;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which Windows a kernel is of: what it shows to user mode, its exported build number, the version resource of its image
 * and the header of a dump are held against each other. Stateless.
 */
final class VersionReader {
    /** {@code NtBuildNumber} has the kind of build in its upper bits. */
    private static final int BUILD_MASK = 0xFFFF;

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)\\.\\d+");

    private VersionReader() {}

    static WindowsVersion read(KernelImage kernel, Optional<SharedData> shared, DiscoverySteps steps) {
        Optional<WindowsVersion> resource = resource(kernel);
        OptionalLong exported = exportedBuild(kernel);
        int major = shared.map(SharedData::major)
                .orElseGet(() -> resource.map(WindowsVersion::major).orElse(0));
        int minor = shared.map(SharedData::minor)
                .orElseGet(() -> resource.map(WindowsVersion::minor).orElse(0));
        int sharedBuild = shared.map(SharedData::build).orElse(0);
        int resourceBuild = resource.map(WindowsVersion::build).orElse(0);
        int dumpBuild = (int) kernel.memory()
                .physical()
                .capability(CrashDump.class)
                .map(dump -> dump.header().build() & BUILD_MASK)
                .orElse(0L)
                .longValue();
        int[] sources = {sharedBuild, (int) exported.orElse(0), resourceBuild, dumpBuild};
        int build = 0;
        int agreeing = 0;
        for (int source : sources) {
            build = build == 0 ? source : build;
            agreeing += source != 0 && source == build ? 1 : 0;
        }
        if (build == 0) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_FOUND,
                    "The kernel's build number is not in memory: neither KUSER_SHARED_DATA, NtBuildNumber nor the version"
                            + " resource of its image can be read.");
        }
        WindowsVersion version = new WindowsVersion(major, minor, build);
        steps.add(
                "version",
                agreeing > 1 ? Confidence.CONFIRMED : Confidence.LIKELY,
                "%s; build number shown to user mode %s, exported %s, in the image's version %s"
                        .formatted(version, text(sharedBuild), text((int) exported.orElse(0)), text(resourceBuild)));
        return version;
    }

    private static String text(int build) {
        return build == 0 ? "none" : Integer.toString(build);
    }

    private static OptionalLong exportedBuild(KernelImage kernel) {
        try {
            OptionalLong place = kernel.image().export("NtBuildNumber");
            return place.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(kernel.memory().readInt(place.getAsLong()) & BUILD_MASK);
        } catch (MemflowException unreadable) {
            return OptionalLong.empty();
        }
    }

    private static Optional<WindowsVersion> resource(KernelImage kernel) {
        try {
            return kernel.image()
                    .version()
                    .flatMap(version -> Optional.ofNullable(version.fixed()))
                    .flatMap(fixed -> {
                        Matcher numbers = NUMBERS.matcher(fixed.fileVersion());
                        return numbers.matches()
                                ? Optional.of(new WindowsVersion(
                                        Integer.parseInt(numbers.group(1)),
                                        Integer.parseInt(numbers.group(2)),
                                        Integer.parseInt(numbers.group(3))))
                                : Optional.empty();
                    });
        } catch (MemflowException unreadable) {
            return Optional.empty();
        }
    }
}
