package io.memflow.os.windows.discovery;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.X86Paging;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Root page tables among what a survey found, the most likely one first: that of {@code System}, which has nothing in its
 * lower half. Confined.
 */
final class RootCandidates {
    private static final int PAGE_BYTES = 4096;
    private static final int ENTRIES = PAGE_BYTES / Long.BYTES;
    private static final long PRESENT = 1;

    /** Accessed and dirty, user not allowed, as Windows writes the entry of its tables (x64 and x86). */
    private static final long X86_SELF_FLAGS = 0x63;

    private static final long X86_SELF_MASK = 0xE7;

    /** A table descriptor, accessed: bit 10 is the access flag, which x86 ignores. */
    private static final long ARM64_SELF_FLAGS = 0x403;

    /** The kernel needs several entries of its half: tables, system cache, pools, image. */
    private static final int FEWEST_KERNEL_ENTRIES = 4;

    private final PhysicalMemory memory;
    private final MemorySurvey survey;
    private final MemorySegment page = MemorySegment.ofArray(new long[ENTRIES]);

    RootCandidates(PhysicalMemory memory, MemorySurvey survey) {
        this.memory = memory;
        this.survey = survey;
    }

    /** Those of an architecture. */
    List<RootCandidate> of(WindowsArchitecture architecture) {
        List<RootCandidate> found = switch (architecture) {
            case X64 -> wide(WindowsArchitecture.X64, X86_SELF_MASK, X86_SELF_FLAGS);
            case ARM64 -> wide(WindowsArchitecture.ARM64, ARM64_SELF_FLAGS, ARM64_SELF_FLAGS);
            case X86 -> narrow();
            case X86_PAE -> withPointers();
        };
        found.sort(Comparator.comparing((RootCandidate candidate) -> candidate.userEntries() != 0)
                .thenComparing(RootCandidate::root, Long::compareUnsigned));
        return found;
    }

    private List<RootCandidate> wide(WindowsArchitecture architecture, long mask, long flags) {
        List<RootCandidate> found = new ArrayList<>();
        for (long root : survey.selfMapped()) {
            OptionalLong index = selfIndex(root, mask, flags);
            int kernel = index.isEmpty() ? 0 : entries(ENTRIES / 2, ENTRIES);
            if (kernel >= FEWEST_KERNEL_ENTRIES) {
                found.add(new RootCandidate(
                        architecture,
                        root,
                        entries(0, ENTRIES / 2),
                        "entry 0x%x maps the tables themselves".formatted(index.getAsLong())));
            }
        }
        return found;
    }

    /** The entry that names the page, read into {@link #page}; empty when its flags are not those of such an entry. */
    private OptionalLong selfIndex(long root, long mask, long flags) {
        if (memory.tryRead(root, page) != Fault.NONE) {
            return OptionalLong.empty();
        }
        for (int i = ENTRIES / 2; i < ENTRIES; i++) {
            long entry = entry(i);
            if ((entry & 0x0000_FFFF_FFFF_F000L) == root && (entry & mask) == flags) {
                return OptionalLong.of(i);
            }
        }
        return OptionalLong.empty();
    }

    private List<RootCandidate> narrow() {
        List<RootCandidate> found = new ArrayList<>();
        for (long root : survey.selfMapped32()) {
            if (memory.tryRead(root, page) == Fault.NONE) {
                int user = 0;
                int kernel = 0;
                for (int i = 0; i < ENTRIES * 2; i++) {
                    int present = page.get(ScalarLayout.INT_LITTLE, (long) i * Integer.BYTES) & (int) PRESENT;
                    user += i < ENTRIES ? present : 0;
                    kernel += i < ENTRIES ? 0 : present;
                }
                if (kernel >= FEWEST_KERNEL_ENTRIES) {
                    found.add(new RootCandidate(
                            WindowsArchitecture.X86, root, user, "entry 0x300 maps the tables themselves"));
                }
            }
        }
        return found;
    }

    /** Page directory pointers whose last one leads to a directory that names the four. */
    private List<RootCandidate> withPointers() {
        Set<Long> directories = new HashSet<>();
        for (long directory : survey.selfMappedPae()) {
            directories.add(directory);
        }
        List<RootCandidate> found = new ArrayList<>();
        long[] pointers = directories.isEmpty() ? new long[0] : survey.pointerTables();
        MemorySegment four = MemorySegment.ofArray(new long[4]);
        for (long root : pointers) {
            if (memory.tryRead(root, four) == Fault.NONE
                    && directories.contains(frame(four, 3))
                    && memory.tryRead(frame(four, 3), page) == Fault.NONE
                    && namesAll(four)) {
                boolean read = memory.tryRead(frame(four, 0), page) == Fault.NONE;
                found.add(new RootCandidate(
                        WindowsArchitecture.X86_PAE,
                        root,
                        read ? entries(0, ENTRIES) : ENTRIES,
                        "its last directory maps all four"));
            }
        }
        return found;
    }

    private boolean namesAll(MemorySegment four) {
        for (int i = 0; i < 4; i++) {
            if ((entry(i) & X86Paging.ADDRESS) != frame(four, i)) {
                return false;
            }
        }
        return true;
    }

    private static long frame(MemorySegment entries, int index) {
        return entries.get(ScalarLayout.LONG_LITTLE, (long) index * Long.BYTES) & X86Paging.ADDRESS;
    }

    private int entries(int from, int to) {
        int present = 0;
        for (int i = from; i < to; i++) {
            present += (int) (entry(i) & PRESENT);
        }
        return present;
    }

    private long entry(int index) {
        return page.get(ScalarLayout.LONG_LITTLE, (long) index * Long.BYTES);
    }
}
