package io.memflow.lab;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.OperatingSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mounts of every process against its {@code /proc/PID/mountinfo}, in its order. */
final class MountComparison {
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    private MountComparison() {}

    static void compare(OperatingSystem system, GroundTruth truth, Findings findings) {
        findings.same("damage of all mounts", true, system.mounts().isComplete());
        for (ProcessTruth process : truth.processes()) {
            if (!truth.isComparable(process)) {
                continue;
            }
            Listing<MountInfo> listing =
                    system.process(process.pid()).orElseThrow().mounts();
            findings.same("damage of the mounts of " + process.pid(), true, listing.isComplete());
            String text = truth.snapshot()
                    .text("proc/" + process.pid() + "/mountinfo")
                    .orElse("");
            List<String> wanted = text.lines().map(MountComparison::line).toList();
            List<String> got =
                    listing.rows().stream().map(MountComparison::line).toList();
            findings.count("mounts", wanted.size());
            findings.same("mounts of process " + process.pid(), wanted, got);
        }
    }

    /** Fields of proc(5); of the last one only what a file system does not say itself. */
    private static String line(String text) {
        String[] words = text.split(" ", -1);
        int dash = List.of(words).indexOf("-");
        List<String> tags = new ArrayList<>(List.of(words).subList(6, dash));
        return "%s %s %s %s on %s %s %s, %s from %s %s"
                .formatted(
                        words[0],
                        words[1],
                        words[2],
                        plain(words[3]),
                        plain(words[4]),
                        words[5],
                        tags,
                        words[dash + 1],
                        plain(words[dash + 2]),
                        words[dash + 3].split(",", 2)[0]);
    }

    private static String line(MountInfo row) {
        return "%s %s %s %s on %s %s %s, %s from %s %s"
                .formatted(
                        row.id(),
                        row.parentId(),
                        row.device(),
                        row.root(),
                        row.mountPoint(),
                        String.join(",", row.options()),
                        row.propagation(),
                        row.type(),
                        row.source(),
                        row.fileSystemOptions().getFirst());
    }

    private static String plain(String escaped) {
        Matcher matcher = ESCAPE.matcher(escaped);
        return matcher.replaceAll(
                found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 8))));
    }
}
