package io.memflow.lab;

import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Input devices against {@code /proc/bus/input/devices}. */
final class InputComparison {
    private static final Pattern DEVICE = Pattern.compile(
            "I: Bus=(\\w+) Vendor=(\\w+) Product=(\\w+) Version=(\\w+)\nN: Name=\"(.*)\"\nP: Phys=(.*)\n");

    private static final Pattern KEYS = Pattern.compile("B: KEY=([0-9a-f ]+)");

    private InputComparison() {}

    static void compare(OperatingSystem system, GroundTruth truth, Findings findings) {
        Listing<InputDeviceInfo> listing = system.inputDevices();
        findings.same("damage of the input devices", true, listing.isComplete());
        String text = truth.snapshot().text("proc/bus/input/devices").orElse("");
        findings.sameLines(
                "input devices",
                Arrays.stream(text.split("\n\n", -1))
                        .filter(part -> part.startsWith("I:"))
                        .map(InputComparison::line)
                        .toList(),
                listing.rows().stream().map(InputComparison::line).toList());
    }

    private static String line(InputDeviceInfo row) {
        return "%04x %04x %04x %04x %s %s %d"
                .formatted(
                        row.bus(),
                        row.vendor(),
                        row.product(),
                        row.version(),
                        row.name(),
                        row.place() == null ? "" : row.place(),
                        row.keys());
    }

    private static String line(String part) {
        Matcher device = DEVICE.matcher(part);
        if (!device.find()) {
            return part;
        }
        Matcher bits = KEYS.matcher(part);
        int keys = bits.find()
                ? Arrays.stream(bits.group(1).split(" ", -1))
                        .mapToInt(word -> Long.bitCount(Long.parseUnsignedLong(word, 16)))
                        .sum()
                : 0;
        return "%s %s %s %s %s %s %d"
                .formatted(
                        device.group(1),
                        device.group(2),
                        device.group(3),
                        device.group(4),
                        device.group(5),
                        device.group(6),
                        keys);
    }
}
