package io.memflow.os.minidump.kernel;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.formats.crashdump.DebuggerOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds members of a 64-bit kernel whose build is not published, since Windows 10 16299, from what the kernel told its
 * debugger and from what the structures hold. What does not follow from both is not known. Confined.
 *
 * <p>From 16299 to 22000 (x64) {@code CreateTime} lies 0x28 bytes behind {@code UniqueProcessId}, and {@code Cid} 0x48 bytes
 * behind the {@code CreateTime} of {@code ETHREAD}; a time between start and stop of the system stands in one place of each
 * structure only.
 */
final class LearnedMembers {
    /** First build of which the distances between members hold. */
    static final int FIRST_BUILD = 16299;

    private static final int ID_TO_CREATE_TIME = 0x28;
    private static final int CREATE_TIME_TO_CLIENT_ID = 0x48;
    private static final int WORD = Long.BYTES;

    private final MemoryView memory;
    private final DebuggerOffsets told;
    private final TimeWindow times;
    private final long build;

    LearnedMembers(MemoryView memory, DebuggerOffsets told, TimeWindow times, long build) {
        this.memory = memory;
        this.build = build;
        this.told = told;
        this.times = times;
    }

    /**
     * Members of the process, when its only time and what the kernel told its debugger stand as far from each other as in the
     * nearest published build of x64: then all members between {@code UniqueProcessId} and {@code ImageFileName} were moved
     * alike.
     *
     * @param process virtual address of its copy
     */
    Optional<ProcessMembers> process(long process) {
        OptionalInt time = onlyTime(process, told.processBytes());
        if (time.isEmpty()) {
            return Optional.empty();
        }
        int id = time.getAsInt() - ID_TO_CREATE_TIME;
        return PublishedMembers.nearest("x64", build).stream()
                .map(PublishedMembers::process)
                .filter(known -> known.parent() - known.id() == told.parent() - id)
                .filter(known -> known.peb() - known.parent() == told.peb() - told.parent())
                .filter(known -> known.createTime() - known.id() == ID_TO_CREATE_TIME)
                .findFirst()
                .map(known -> new ProcessMembers(
                        told.processBytes(),
                        id,
                        told.parent(),
                        id + known.name() - known.id(),
                        told.peb(),
                        time.getAsInt(),
                        null,
                        told.directoryTable()));
    }

    /**
     * Members of the thread.
     *
     * @param thread virtual address of its copy
     */
    Optional<ThreadMembers> thread(long thread) {
        OptionalInt time = onlyTime(thread, told.threadBytes());
        int clientId = time.orElse(0) + CREATE_TIME_TO_CLIENT_ID;
        if (time.isEmpty() || clientId + 2 * WORD > told.threadBytes()) {
            return Optional.empty();
        }
        return Optional.of(new ThreadMembers(
                told.threadBytes(), clientId, time.getAsInt(), told.state(), told.teb(), told.apcProcess(), null));
    }

    /** Where the only word lies that is a time between start and stop of the system. */
    private OptionalInt onlyTime(long structure, int bytes) {
        List<Integer> found = new ArrayList<>();
        try {
            for (int at = 0; at + WORD <= bytes; at += WORD) {
                if (times.holds(memory.readLong(structure + at))) {
                    found.add(at);
                }
            }
        } catch (MemflowException notThere) {
            return OptionalInt.empty();
        }
        return found.size() == 1 ? OptionalInt.of(found.getFirst()) : OptionalInt.empty();
    }
}
