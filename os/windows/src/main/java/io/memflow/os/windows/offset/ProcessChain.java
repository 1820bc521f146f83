package io.memflow.os.windows.offset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Processes to learn from, {@code System} first, and the three members that lead to them: found by the name of
 * {@code System}, its id 4, and the links behind the id that lead back. Immutable once made.
 */
final class ProcessChain {
    static final int SYSTEM_PID = 4;

    private static final int NAME_BYTES = 15;
    private static final int FIRST_NAME_OFFSET = 0x100;

    /** Enough to learn from, on the busiest server too. */
    private static final int MOST = 256;

    /** Ids are multiples of four, and handles' limit is theirs. */
    private static final long HIGHEST_PID = 1 << 26;

    private final Target target;
    private final List<Sample> samples = new ArrayList<>();
    private final int name;
    private int pid = -1;

    ProcessChain(Target target, Votes known) {
        this.target = target;
        Sample system = new Sample(target.memory(), target.systemProcess(), target.processBytes());
        OptionalInt named = known.offset("_EPROCESS", "ImageFileName");
        name = isName(system, named.orElse(-1)) ? named.getAsInt() : nameOffset(system, target.processBytes());
        for (int offset = 0;
                name >= 0 && pid < 0 && offset + 3 * target.pointerBytes() <= target.processBytes();
                offset += target.pointerBytes()) {
            if (isPidBeforeLinks(system, offset)) {
                pid = offset;
            }
        }
        samples.add(system);
        if (pid >= 0) {
            follow();
        }
    }

    boolean isKnown() {
        return pid >= 0;
    }

    int pidOffset() {
        return pid;
    }

    int nameOffset() {
        return name;
    }

    int linksOffset() {
        return pid + target.pointerBytes();
    }

    /** {@code System} first, then in the order of the list. */
    List<Sample> samples() {
        return samples;
    }

    Sample system() {
        return samples.getFirst();
    }

    long pid(Sample process) {
        return process.pointer(pid);
    }

    String name(Sample process) {
        return process.text(name, NAME_BYTES).toLowerCase(Locale.ROOT);
    }

    private static boolean isName(Sample system, int offset) {
        return offset >= 0 && system.text(offset, NAME_BYTES).equals("System");
    }

    private static int nameOffset(Sample system, int length) {
        for (int offset = FIRST_NAME_OFFSET; offset + NAME_BYTES <= length; offset++) {
            if (isName(system, offset)) {
                return offset;
            }
        }
        return -1;
    }

    private boolean isPidBeforeLinks(Sample system, int offset) {
        int pointer = target.pointerBytes();
        long link = system.address() + offset + pointer;
        long next = system.pointer(offset + pointer);
        long previous = system.pointer(offset + 2 * pointer);
        if (system.pointer(offset) != SYSTEM_PID
                || !target.isKernelAddress(next)
                || !target.isKernelAddress(previous)
                || target.pointer(next + pointer) != link
                || target.pointer(previous) != link) {
            return false;
        }
        long neighbour = next - offset - pointer;
        return isPid(target.pointer(neighbour + offset))
                && !new Sample(target.memory(), neighbour + name, NAME_BYTES)
                        .text(0, NAME_BYTES)
                        .isEmpty();
    }

    static boolean isPid(long value) {
        return value > 0 && value < HIGHEST_PID && value % SYSTEM_PID == 0;
    }

    private void follow() {
        Set<Long> seen = new HashSet<>(Set.of(system().address()));
        long process = system().pointer(linksOffset()) - linksOffset();
        while (samples.size() < MOST && target.isKernelAddress(process) && seen.add(process)) {
            Sample sample = new Sample(target.memory(), process, target.processBytes());
            if (!isPid(pid(sample)) || name(sample).isEmpty()) {
                return; // the head of the list, which is no process, or damage
            }
            samples.add(sample);
            process = sample.pointer(linksOffset()) - linksOffset();
        }
    }
}
