package io.memflow.os.nativelinux.task;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.KeyValues;
import io.memflow.os.nativelinux.proc.Roots;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Processes of other users that a proc file system does not show, by its mount option {@code hidepid}. Source: proc(5),
 * section "Mount options", and Documentation/filesystems/proc.rst.
 *
 * @param roots where it is
 */
public record HiddenProcesses(Roots roots) {
    private static final Pattern OPTION = Pattern.compile("(?:^|[ ,])hidepid=([a-z0-9]+)");
    private static final List<String> SHOWN = List.of("0", "off");

    /** A part that says so, when this user is not told of all processes; whatever is not shown is not known at all. */
    public List<MissingPart> missing() {
        Optional<String> option = option();
        if (option.isEmpty() || SHOWN.contains(option.get()) || isSuperuser()) {
            return List.of();
        }
        return List.of(new MissingPart(
                "processes of other users",
                "%s is mounted with hidepid=%s; run as root, or as a member of the group that the option gid= names"
                        .formatted(roots.proc(), option.get())));
    }

    private Optional<String> option() {
        String mounts;
        try {
            mounts = KernelFile.text(roots.proc().resolve("self/mountinfo"));
        } catch (MemflowException noMounts) {
            return Optional.empty();
        }
        return mounts.lines()
                .filter(line -> line.contains(" " + roots.proc() + " ") && line.contains(" - proc "))
                .flatMap(line -> {
                    Matcher matcher = OPTION.matcher(line);
                    return matcher.find() ? Optional.of(matcher.group(1)).stream() : Optional.<String>empty().stream();
                })
                .reduce((_, last) -> last);
    }

    private boolean isSuperuser() {
        return KeyValues.read(roots.proc().resolve("self/status"))
                        .numbers("Uid", 10)
                        .get(1)
                == 0;
    }
}
