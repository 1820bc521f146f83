package io.memflow.os.linux.discovery;

import io.memflow.core.memory.ScalarLayout;
import io.memflow.os.linux.structure.KernelVersion;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the version banner ({@code linux_banner}, init/version.c) in a kernel image without symbols. Stateless. */
final class BannerText {
    /** {@code "Linux ve"} as a little-endian word. */
    private static final long START = 0x6576_2078_756E_694CL;

    private static final int LONGEST = 512;
    /** Since 6.1 the text stands twice: init/version.c has one without the number, for the first of two links. */
    private static final Pattern BUILD = Pattern.compile("#[0-9]");

    private BannerText() {}

    static Optional<String> in(MemorySegment image) {
        Optional<String> unnumbered = Optional.empty();
        for (long at = 0; at + LONGEST <= image.byteSize(); at++) {
            if (image.get(ScalarLayout.LONG_LITTLE, at) == START) {
                Optional<String> banner = line(image.asSlice(at, LONGEST));
                if (banner.isPresent() && BUILD.matcher(banner.get()).find()) {
                    return banner;
                }
                unnumbered = unnumbered.or(() -> banner);
            }
        }
        return unnumbered;
    }

    /** The banner ends with a line feed, and a zero behind it; format strings do not, or name no version. */
    private static Optional<String> line(MemorySegment bytes) {
        String text = new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
        int end = text.indexOf("\n\0");
        return end < 0 || KernelVersion.ofBanner(text).isEmpty()
                ? Optional.empty()
                : Optional.of(text.substring(0, end));
    }
}
