package io.memflow.os.minidump.kernel;

import io.memflow.formats.crashdump.DebuggerOffsets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Members of one published build.
 *
 * @param architecture {@code x86} or {@code x64}
 * @param build {@code NtBuildNumber}
 * @param label what people call it, such as {@code 7 SP1}
 * @param currentThread {@code KPRCB.CurrentThread}
 */
record PublishedMembers(
        String architecture, int build, String label, ProcessMembers process, ThreadMembers thread, int currentThread) {
    private static final String FILE = "members.txt";
    private static final int HEXADECIMAL = 16;

    private static final class Holder {
        static final List<PublishedMembers> ALL = read();
    }

    /** All of them, in the order of the file: by architecture, oldest first. */
    static List<PublishedMembers> all() {
        return Holder.ALL;
    }

    /**
     * The members of a build: those of the build itself, or of the nearest one before it, with which all agrees that the
     * kernel told its debugger. Without that, the build itself must be published, and its service packs must not differ.
     */
    static Optional<PublishedMembers> of(String architecture, long build, Optional<DebuggerOffsets> told) {
        List<PublishedMembers> known = all().stream()
                .filter(one -> one.architecture.equals(architecture) && one.build <= build)
                .filter(one -> told.map(one::agrees).orElse(one.build == build))
                .sorted(Comparator.comparingInt(PublishedMembers::build).reversed())
                .toList();
        boolean differ = known.stream()
                .filter(one -> one.build == known.getFirst().build)
                .anyMatch(one -> !one.hasMembersOf(known.getFirst()));
        return differ ? Optional.empty() : known.stream().findFirst();
    }

    /** The members of the nearest build that is not above one. */
    static Optional<PublishedMembers> nearest(String architecture, long build) {
        return all().stream()
                .filter(one -> one.architecture.equals(architecture) && one.build <= build)
                .max(Comparator.comparingInt(PublishedMembers::build));
    }

    /** Whether all that the kernel told its debugger is the same. */
    boolean agrees(DebuggerOffsets told) {
        return told.processBytes() == process.bytes()
                && told.peb() == process.peb()
                && told.parent() == process.parent()
                && told.directoryTable() == process.directoryTable()
                && told.threadBytes() == thread.bytes()
                && told.teb() == thread.teb()
                && told.apcProcess() == thread.apcProcess()
                && told.state() == thread.state()
                && told.currentThread() == currentThread;
    }

    private boolean hasMembersOf(PublishedMembers other) {
        return process.equals(other.process) && thread.equals(other.thread) && currentThread == other.currentThread;
    }

    private static List<PublishedMembers> read() {
        try (InputStream file = PublishedMembers.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("The table of published members is not in this module's jar.");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(PublishedMembers::row)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The table of published members cannot be read.", unreadable);
        }
    }

    private static PublishedMembers row(String line) {
        int bar = line.indexOf('|');
        String[] words = line.substring(0, bar).strip().split(" ", -1);
        int[] at = Arrays.stream(line.substring(bar + 1).strip().split(" ", -1))
                .mapToInt(word -> Integer.parseInt(word, HEXADECIMAL))
                .toArray();
        return new PublishedMembers(
                words[0],
                Integer.parseInt(words[1]),
                words[2].replace('_', ' '),
                new ProcessMembers(at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]),
                new ThreadMembers(
                        at[8],
                        at[9],
                        at[10],
                        at[15],
                        at[16],
                        at[17],
                        new ThreadMembers.Places(at[11], at[12], at[13], at[14])),
                at[18]);
    }
}
