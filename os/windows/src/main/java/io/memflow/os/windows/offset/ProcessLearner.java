package io.memflow.os.windows.offset;

import io.memflow.core.error.MemflowException;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.MappedKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;

/** Learns where numbers and user addresses of a process lie from what all processes hold. Confined. */
final class ProcessLearner {
    private static final String PROCESS = "_EPROCESS";

    /** {@code STATUS_PENDING}: the exit status of what has not ended (ntstatus.h). */
    private static final long PENDING = 0x103;

    private static final int DOS_SIGNATURE = 0x5A4D;
    private static final long PAGE_BYTES = 4096;
    private static final long IMAGE_ALIGNMENT = 0x10000;

    /** {@code PS_PROTECTION} of the kernel's own and of the first processes: signer WinSystem and WinTcb (ntpsapi.h). */
    private static final long SYSTEM_PROTECTION = 0x72;

    private static final long SESSION_MANAGER_PROTECTION = 0x61;

    /** Ten years in units of 100 ns: no machine runs for longer. */
    private static final long LONGEST_RUN = 10L * 365 * 24 * 3600 * 10_000_000;

    private static final int FURTHEST_VAD_ROOT = 0x10;

    private final Target target;
    private final ProcessChain chain;
    private final Votes known;
    private final Candidates candidates;
    private final int pointer;
    private final int dtb;

    /** @param known what code says already */
    ProcessLearner(Target target, ProcessChain chain, Votes known, Candidates candidates) {
        this.target = target;
        this.known = known;
        this.chain = chain;
        this.candidates = candidates;
        pointer = target.pointerBytes();
        // KPROCESS.DirectoryTableBase, behind the dispatcher header and the list of profiles, in every build.
        dtb = pointer == Long.BYTES ? 0x28 : 0x18;
    }

    void learn() {
        chosen("UniqueProcessId", chain.pidOffset(), "4 in System, before links that lead back");
        chosen("ActiveProcessLinks", chain.linksOffset(), "links that lead back");
        chosen("ImageFileName", chain.nameOffset(), "it reads System");
        candidates.add(
                "_KPROCESS",
                "DirectoryTableBase",
                dtb,
                dtb + 1,
                1,
                "a root that maps the kernel",
                offset -> mapsKernel(chain.system().pointer(offset)));
        add("InheritedFromUniqueProcessId", pointer, "ids of other processes; 4 in smss", this::isParent);
        add("Peb", pointer, "a user page that names a loaded image", this::isPeb);
        add("SectionBaseAddress", pointer, "a user address where an image begins", this::isImageBase);
        add("ExitStatus", Integer.BYTES, "pending in all that run", this::isExitStatus);
        add("CreateTime", Long.BYTES, "a time before now in every process", this::isCreateTime);
        learnExitTime();
        learnVadRoot();
        if (target.version().isAtLeast(WindowsVersion.EIGHT_ONE)) {
            add("Protection", Byte.BYTES, "that of System and of smss", this::isProtection);
        }
    }

    private void chosen(String member, int offset, String how) {
        candidates.add(PROCESS, member, offset, offset + 1, 1, how, any -> true);
    }

    private void add(String member, int step, String how, IntPredicate passes) {
        candidates.add(PROCESS, member, dtb, target.processBytes(), step, how, passes);
    }

    /** All but {@code System}. */
    private List<Sample> others() {
        return chain.samples().subList(1, chain.samples().size());
    }

    private boolean all(int offset, int width, LongPredicate passes) {
        return others().stream()
                .mapToLong(process -> process.number(offset, width))
                .allMatch(value -> value == Sample.UNKNOWN || passes.test(value));
    }

    private boolean isParent(int offset) {
        if (offset == chain.pidOffset() || chain.system().pointer(offset) != 0) {
            return false;
        }
        Set<Long> pids = new HashSet<>();
        chain.samples().forEach(process -> pids.add(chain.pid(process)));
        Set<Long> parents = new HashSet<>();
        for (Sample process : others()) {
            long value = process.pointer(offset);
            if (value != Sample.UNKNOWN && value != 0 && !ProcessChain.isPid(value)) {
                return false;
            }
            parents.add(value);
        }
        return parents.contains((long) ProcessChain.SYSTEM_PID)
                && parents.stream().filter(pids::contains).count() >= 2;
    }

    private boolean isUserAddress(long value, long alignment) {
        return value >= IMAGE_ALIGNMENT
                && !target.isKernelAddress(value)
                && value % alignment == 0
                && (pointer == Integer.BYTES || value >>> 47 == 0);
    }

    private boolean isPeb(int offset) {
        return chain.system().pointer(offset) == 0
                && all(offset, pointer, value -> value == 0 || isUserAddress(value, PAGE_BYTES))
                && others().stream().anyMatch(process -> namesImage(process, process.pointer(offset)));
    }

    /** PEB.ImageBaseAddress is the third pointer in all builds. */
    private boolean namesImage(Sample process, long peb) {
        if (peb == 0 || peb == Sample.UNKNOWN) {
            return false;
        }
        try {
            return startsImage(process, memory(process).readPointer(peb + 2L * pointer));
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private boolean mapsKernel(long register) {
        return register != Sample.UNKNOWN
                && new MappedKernel(target.memory(), target.image().base())
                        .isUnder(target.architecture().root(register));
    }

    private VirtualMemory memory(Sample process) {
        return target.memory().withRoot(target.architecture().root(process.pointer(dtb)));
    }

    private boolean startsImage(Sample process, long base) {
        try {
            return isUserAddress(base, IMAGE_ALIGNMENT) && (memory(process).readShort(base) & 0xFFFF) == DOS_SIGNATURE;
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private boolean isImageBase(int offset) {
        return all(offset, pointer, value -> value == 0 || isUserAddress(value, IMAGE_ALIGNMENT))
                && others().stream().anyMatch(process -> startsImage(process, process.pointer(offset)));
    }

    private boolean isExitStatus(int offset) {
        long pending = chain.samples().stream()
                .filter(process -> process.number(offset, Integer.BYTES) == PENDING)
                .count();
        return chain.system().number(offset, Integer.BYTES) == PENDING
                && pending * 2 > chain.samples().size();
    }

    private boolean isTime(long value) {
        return value > 0 && value <= target.systemTime() && value > target.systemTime() - LONGEST_RUN;
    }

    private boolean isCreateTime(int offset) {
        return target.systemTime() != 0
                && chain.samples().size() > 1
                && all(offset, Long.BYTES, this::isTime)
                && (isTime(chain.system().number(offset, Long.BYTES))
                        || chain.system().number(offset, Long.BYTES) == 0);
    }

    private OptionalInt exitStatus() {
        OptionalInt told = known.offset(PROCESS, "ExitStatus");
        return told.isPresent() ? told : candidates.only(PROCESS, "ExitStatus");
    }

    /** Only told where some process has ended: all others have a zero there. */
    private void learnExitTime() {
        OptionalInt status = exitStatus();
        OptionalInt created = candidates.only(PROCESS, "CreateTime");
        if (status.isEmpty() || others().stream().noneMatch(process -> hasEnded(process, status.getAsInt()))) {
            return;
        }
        add("ExitTime", pointer, "a time in those that ended, 0 in the others", offset -> {
            boolean told = false;
            for (Sample process : chain.samples()) {
                long time = process.number(offset, Long.BYTES);
                boolean ended = hasEnded(process, status.getAsInt());
                boolean fits = ended ? isTime(time) : time == 0;
                if (time != Sample.UNKNOWN && !fits) {
                    return false;
                }
                told |= ended && fits;
            }
            return told && (created.isEmpty() || offset != created.getAsInt());
        });
    }

    private static boolean hasEnded(Sample process, int status) {
        long value = process.number(status, Integer.BYTES);
        return value != PENDING && value != Sample.UNKNOWN;
    }

    /** Behind the exit status since 8.1: a pointer to the root of the tree. */
    private void learnVadRoot() {
        OptionalInt status = exitStatus();
        if (status.isEmpty() || !target.version().isAtLeast(WindowsVersion.EIGHT_ONE)) {
            return;
        }
        int first = (status.getAsInt() + Integer.BYTES + pointer - 1) / pointer * pointer;
        candidates.add(
                PROCESS,
                "VadRoot",
                first,
                first + FURTHEST_VAD_ROOT,
                pointer,
                "a pointer into the kernel behind the exit status",
                offset -> others().stream().anyMatch(process -> target.isKernelAddress(process.pointer(offset)))
                        && all(offset, pointer, value -> value == 0 || target.isKernelAddress(value)));
        candidates.of(PROCESS, "VadRoot").ifPresent(set -> {
            // The hint behind it points into the same tree.
            set.offsets().clear(set.offsets().nextSetBit(0) + 1, set.offsets().length() + 1);
        });
    }

    private boolean isProtection(int offset) {
        return chain.system().number(offset, Byte.BYTES) == SYSTEM_PROTECTION
                && others().stream()
                        .anyMatch(process -> chain.name(process).equals("smss.exe")
                                && process.number(offset, Byte.BYTES) == SESSION_MANAGER_PROTECTION);
    }
}
