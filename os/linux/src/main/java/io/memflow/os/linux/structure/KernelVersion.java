package io.memflow.os.linux.structure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version a kernel gives itself, to tell apart behaviours that its types do not show. */
public record KernelVersion(int major, int minor) {
    private static final Pattern BANNER = Pattern.compile("Linux version (\\d{1,4})\\.(\\d{1,4})");

    /** Reads it from the banner, {@code linux_banner} in init/version.c. */
    public static Optional<KernelVersion> ofBanner(String banner) {
        Matcher matcher = BANNER.matcher(banner);
        return matcher.lookingAt()
                ? Optional.of(new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }
}
