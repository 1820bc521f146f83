package io.memflow.os.windows.process;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.FieldReader;
import io.memflow.core.structure.KernelField;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.UserLayout;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the root page table of a process whose {@code DirectoryTableBase} is wrong or was exchanged for another's: the one
 * that maps the kernel and the process' own PEB, which names the image that the kernel has for the process. Thread-safe.
 */
final class RootRecovery {
    private static final int DOS_SIGNATURE = 0x5A4D;

    private final WindowsKernel kernel;
    private final UserLayout layout;
    private final Optional<KernelField> sectionBase;
    /** What was found for a process and the root it names: looking again at each list would cost as much as the list. */
    private final Map<Question, Long> known = new ConcurrentHashMap<>();

    /** A process with the root it names. */
    private record Question(long process, long named) {}

    RootRecovery(WindowsKernel kernel, UserLayout layout) {
        this.kernel = kernel;
        this.layout = layout;
        sectionBase = kernel.optionalField("_EPROCESS", "SectionBaseAddress");
    }

    /**
     * The root of a process; the one it names where that fits or no other does, or several do.
     *
     * @param named physical address as the process names it
     * @param peb virtual address of its PEB
     * @param reader notes when another root is used
     */
    long root(long process, long named, long peb, FieldReader reader) {
        if (fits(process, named, peb)) {
            return named;
        }
        long found = known.computeIfAbsent(new Question(process, named), asked -> search(process, named, peb));
        if (found != named) {
            reader.note(
                    "DirectoryTableBase",
                    "%s, as it is kept, does not map the process; the root at %s does and is used"
                            .formatted(Address.format(named), Address.format(found)));
        }
        return found;
    }

    private long search(long process, long named, long peb) {
        List<Long> fitting = new ArrayList<>();
        for (long candidate : kernel.roots()) {
            if (candidate != named
                    && fits(process, candidate, peb)
                    && kernel.mapped().isUnder(candidate)) {
                fitting.add(candidate);
            }
        }
        return fitting.size() == 1 ? fitting.getFirst() : named;
    }

    /** Whether a root maps the PEB, and this names the image that the kernel has for the process. */
    private boolean fits(long process, long root, long peb) {
        VirtualMemory space = kernel.processMemory(root);
        try {
            long image = space.readPointer(peb + layout.peb().imageBase());
            long kept = sectionBase.isPresent() ? sectionBase.get().pointer(process) : 0;
            return kept != 0 ? image == kept : (space.readShort(image) & 0xFFFF) == DOS_SIGNATURE;
        } catch (MemflowException notMapped) {
            return false;
        }
    }
}
