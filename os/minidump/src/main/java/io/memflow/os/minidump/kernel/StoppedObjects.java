package io.memflow.os.minidump.kernel;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.crashdump.DebuggerOffsets;
import io.memflow.formats.crashdump.MemoryBlock;
import io.memflow.formats.crashdump.TriageDump;
import io.memflow.formats.crashdump.TriageObject;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The copies of the process and the thread that a triage dump has, and where in memory they had been: the thread is the one
 * that its processor ran, the process the one whose memory that thread used. A copy is believed when it is an object of its
 * kind and the dump has no other bytes for the same addresses. Confined until it is made, then immutable.
 */
final class StoppedObjects {
    /** {@code DISPATCHER_HEADER.Type} of both ({@code KOBJECTS}: ProcessObject, ThreadObject), without its lock bit. */
    private static final int PROCESS = 3;

    private static final int THREAD = 6;
    private static final int TYPE_BITS = 0x7F;

    private final MemorySegment file;
    private final TriageDump triage;
    private final DumpMachine machine;
    private final List<MemoryBlock> placed = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private final CapturedMemory memory;
    private final @Nullable Long process;
    private final @Nullable Long thread;
    private long compared;

    /** @param published members of the kernel's build, for one that told its debugger nothing */
    StoppedObjects(MemorySegment file, TriageDump triage, CrashHeader header, Optional<PublishedMembers> published) {
        this.file = file;
        this.triage = triage;
        machine = new DumpMachine(header);
        Sizes sizes = triage.debuggerOffsets()
                .map(Sizes::of)
                .or(() -> published.map(Sizes::of))
                .orElse(null);
        if (sizes == null) {
            doubts.add("the kernel told its debugger no sizes, and build %d (%s) is not among the published ones"
                    .formatted(header.build(), machine.architecture()));
            thread = null;
            process = null;
        } else {
            Long current = pointer(TriageObject.PROCESSOR, sizes.currentThread);
            thread = current == null ? null : place(TriageObject.THREAD, current, sizes.thread, THREAD);
            Long used = thread == null ? null : pointer(TriageObject.THREAD, sizes.apcProcess);
            process = used == null ? null : place(TriageObject.PROCESS, used, sizes.process, PROCESS);
        }
        List<MemoryBlock> all = new ArrayList<>(triage.blocks());
        all.addAll(placed);
        memory = new CapturedMemory(file, all, header.width());
    }

    /** What must be known to find the copies. */
    private record Sizes(int process, int thread, int currentThread, int apcProcess) {
        static Sizes of(DebuggerOffsets told) {
            return new Sizes(told.processBytes(), told.threadBytes(), told.currentThread(), told.apcProcess());
        }

        static Sizes of(PublishedMembers known) {
            return new Sizes(
                    known.process().bytes(),
                    known.thread().bytes(),
                    known.currentThread(),
                    known.thread().apcProcess());
        }
    }

    /** A pointer out of a copy, which is memory from address 0 on as long as its place is not known. */
    private @Nullable Long pointer(TriageObject object, int offset) {
        int word = memoryWidth();
        Optional<MemoryBlock> copy = triage.object(object, 0, offset + word);
        if (copy.isEmpty()) {
            doubts.add("the dump has no copy of its %s".formatted(object.structure()));
            return null;
        }
        return new CapturedMemory(file, List.of(copy.get())).readUnsigned(offset, word);
    }

    private int memoryWidth() {
        return machine.header().width().bytes();
    }

    /** Puts a copy where it had been, unless it cannot have been there. */
    private @Nullable Long place(TriageObject object, long address, int bytes, int type) {
        Optional<MemoryBlock> copy = triage.object(object, address, bytes);
        if (!machine.isKernelAddress(address) || bytes == 0 || copy.isEmpty()) {
            doubts.add("the dump has no copy of an %s of %d bytes for %s"
                    .formatted(object.structure(), bytes, Address.format(address)));
            return null;
        }
        CapturedMemory alone = new CapturedMemory(file, List.of(copy.get()));
        int found = alone.readByte(address) & TYPE_BITS;
        if (found != type) {
            doubts.add("the copy for %s is an object of type %d and no %s"
                    .formatted(Address.format(address), found, object.structure()));
            return null;
        }
        if (!isAlikeElsewhere(alone, copy.get())) {
            doubts.add("the dump has other bytes than those of its %s for %s"
                    .formatted(object.structure(), Address.format(address)));
            return null;
        }
        placed.add(copy.get());
        return address;
    }

    private boolean isAlikeElsewhere(CapturedMemory alone, MemoryBlock copy) {
        CapturedMemory elsewhere = triage.memory();
        for (AddressRange range : elsewhere.ranges()) {
            long from = Address.max(range.start(), copy.address());
            long to = Address.min(range.end(), copy.address() + copy.bytes());
            if (Address.below(from, to)) {
                int length = (int) (to - from);
                if (!Arrays.equals(alone.readBytes(from, length), elsewhere.readBytes(from, length))) {
                    return false;
                }
                compared += length;
            }
        }
        return true;
    }

    /** All memory of the dump, with the copies where they had been. */
    CapturedMemory memory() {
        return memory;
    }

    /** Virtual address of the {@code EPROCESS}; null when it is not known. */
    @Nullable
    Long process() {
        return process;
    }

    /** Virtual address of the {@code ETHREAD}; null when it is not known. */
    @Nullable
    Long thread() {
        return thread;
    }

    /** Bytes of the copies that the dump has elsewhere too, all alike. */
    long compared() {
        return compared;
    }

    /** Why something of it is not known. */
    List<String> doubts() {
        return List.copyOf(doubts);
    }

    /**
     * Reads a member.
     *
     * @throws MemflowException when the dump does not hold it
     */
    long pointerAt(long address) {
        return memory.readUnsigned(address, memoryWidth());
    }
}
