package io.memflow.os.nativelinux.file;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.Provenance;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Octal;
import io.memflow.os.nativelinux.proc.Roots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Mounts, as {@code /proc/PID/mountinfo} (proc_pid_mountinfo(5)) shows them. Thread-safe.
 *
 * @param roots where they are read from
 */
public record MountRows(Roots roots) {
    private static final Provenance FROM_MOUNTINFO = new Provenance(List.of("mountinfo"), List.of());
    private static final int ID = 0;
    private static final int PARENT = 1;
    private static final int DEVICE = 2;
    private static final int ROOT = 3;
    private static final int POINT = 4;
    private static final int OPTIONS = 5;
    /** The optional fields, up to a dash. */
    private static final int FIRST_TAG = 6;

    private static final String END_OF_TAGS = "-";

    /**
     * The mounts that a process sees.
     *
     * @param namespace number of its mount namespace; null when this user may not know it
     * @throws io.memflow.core.error.MemflowException when this user may not see them, or it has ended
     */
    public Listing<MountInfo> mounts(int pid, @Nullable Long namespace) {
        List<MountInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        KernelFile.text(roots.process(pid).resolve("mountinfo")).lines().forEach(line -> {
            MountInfo row = row(line, namespace);
            if (row == null) {
                missing.add(
                        new MissingPart("mount", "the line \"" + line + "\" is not of the form this program knows"));
            } else {
                rows.add(row);
            }
        });
        return new Listing<>(rows, missing);
    }

    private static @Nullable MountInfo row(String line, @Nullable Long namespace) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int dash = fields.indexOf(END_OF_TAGS);
        boolean known = dash >= FIRST_TAG
                && fields.size() >= dash + 4
                && fields.get(ID).matches("[0-9]{1,9}")
                && fields.get(PARENT).matches("[0-9]{1,9}");
        if (!known) {
            return null;
        }
        return new MountInfo(
                null,
                namespace,
                Integer.valueOf(fields.get(ID)),
                Integer.valueOf(fields.get(PARENT)),
                fields.get(DEVICE),
                Octal.unescape(fields.get(ROOT)),
                Octal.unescape(fields.get(POINT)),
                fields.get(dash + 1),
                Octal.unescape(fields.get(dash + 2)),
                options(fields.get(OPTIONS)),
                fields.subList(FIRST_TAG, dash),
                options(fields.get(dash + 3)),
                FROM_MOUNTINFO);
    }

    private static List<String> options(String text) {
        return Arrays.stream(text.split(",", -1)).map(Octal::unescape).toList();
    }
}
