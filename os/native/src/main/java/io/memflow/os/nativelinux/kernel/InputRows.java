package io.memflow.os.nativelinux.kernel;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.Listing;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Input devices, as {@code /proc/bus/input/devices} shows them (drivers/input/input.c). Which keys are held down only an
 * ioctl(2) on the device would tell. Thread-safe.
 *
 * @param roots where they are read from
 */
public record InputRows(Roots roots) {
    private static final int HEX = 16;
    private static final Pattern IDENTITY =
            Pattern.compile("I: Bus=([0-9a-f]{4}) Vendor=([0-9a-f]{4}) Product=([0-9a-f]{4}) Version=([0-9a-f]{4})");

    /** The rows, in the kernel's order. */
    public Listing<InputDeviceInfo> devices() {
        List<InputDeviceInfo> rows = new ArrayList<>();
        for (String block :
                KernelFile.text(roots.proc().resolve("bus/input/devices")).split("\n\n", -1)) {
            if (!block.isBlank()) {
                rows.add(row(block.strip().lines().toList()));
            }
        }
        return new Listing<>(rows, List.of());
    }

    private static InputDeviceInfo row(List<String> lines) {
        FieldReader fields = new FieldReader();
        Matcher identity = IDENTITY.matcher(lines.getFirst());
        boolean known = identity.matches();
        if (!known) {
            fields.note("id", "the line \"" + lines.getFirst() + "\" is not of the form this program knows");
        }
        fields.note("pressed keys", "the kernel tells them only through an ioctl of the device");
        String name = after(lines, "N: Name=");
        String keys = after(lines, "B: KEY=");
        return new InputDeviceInfo(
                null,
                name == null ? null : name.replaceAll("^\"|\"$", ""),
                after(lines, "P: Phys="),
                known ? Integer.valueOf(identity.group(1), HEX) : null,
                known ? Integer.valueOf(identity.group(2), HEX) : null,
                known ? Integer.valueOf(identity.group(3), HEX) : null,
                known ? Integer.valueOf(identity.group(4), HEX) : null,
                keys == null ? Integer.valueOf(0) : fields.read("keys", () -> count(keys)),
                List.of(),
                fields.provenance("proc"));
    }

    private static Integer count(String bitmap) {
        int bits = 0;
        try {
            for (String word : bitmap.strip().split(" +", -1)) {
                bits += Long.bitCount(Long.parseUnsignedLong(word, HEX));
            }
        } catch (NumberFormatException malformed) {
            throw new MalformedDataException("/proc/bus/input/devices", 0, "\"" + bitmap + "\" is no bitmap");
        }
        return bits;
    }

    private static @Nullable String after(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElse(null);
    }
}
