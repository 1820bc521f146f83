package io.memflow.os.minidump.kernel;

import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.crashdump.DebuggerOffsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where members of the copies lie, and who says so.
 *
 * @param process null when not known
 * @param thread null when not known
 * @param finding where they are from
 */
record MemberChoice(
        @Nullable ProcessMembers process, @Nullable ThreadMembers thread, String finding) {
    private static final String UNKNOWN = "none are known for this build";

    /**
     * The published ones of the build where there are any, else those that follow from what the kernel told its debugger.
     *
     * @param told what that was
     * @param objects the copies, and where they had been
     */
    static MemberChoice of(
            CrashHeader header,
            Optional<DebuggerOffsets> told,
            Optional<PublishedMembers> published,
            StoppedObjects objects) {
        if (published.isPresent()) {
            PublishedMembers known = published.get();
            String finding = "published ones of %s %s%s"
                    .formatted(
                            known.label(),
                            known.architecture(),
                            told.isPresent() ? ", with which the debugger's data agrees" : "");
            return new MemberChoice(known.process(), known.thread(), finding);
        }
        boolean canLearn =
                header.build() >= LearnedMembers.FIRST_BUILD && header.width().bytes() == Long.BYTES;
        return told.isPresent() && canLearn
                ? learned(header, told.get(), objects)
                : new MemberChoice(null, null, UNKNOWN);
    }

    private static MemberChoice learned(CrashHeader header, DebuggerOffsets told, StoppedObjects objects) {
        LearnedMembers learned = new LearnedMembers(objects.memory(), told, TimeWindow.of(header), header.build());
        Long process = objects.process();
        Long thread = objects.thread();
        return new MemberChoice(
                process == null ? null : learned.process(process).orElse(null),
                thread == null ? null : learned.thread(thread).orElse(null),
                "from the debugger's data and from what the structures hold: build %d (%s) is not published"
                        .formatted(header.build(), new DumpMachine(header).architecture()));
    }

    /** Whether those of both are known. */
    boolean isWhole() {
        return process != null && thread != null;
    }
}
