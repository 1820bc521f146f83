package io.memflow.os.windows.page;

import io.memflow.core.error.MemflowException;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;

/**
 * Finds the entry of a section that tells where a page of a region is. Those of one part of a file lie behind each other
 * ({@code SUBSECTION.SubsectionBase}); a large or extended file has several parts. Thread-safe.
 */
final class SectionEntries {
    /** A file has a few parts; a damaged list of them may have no end. */
    private static final int MOST_PARTS = 4096;

    private final WindowsKernel kernel;
    private final int entryBytes;
    private final Optional<KernelField> first;
    private final Optional<KernelField> last;
    private final Optional<KernelField> part;
    private final Optional<KernelField> start;
    private final Optional<KernelField> count;
    private final Optional<KernelField> next;

    SectionEntries(WindowsKernel kernel, EntryFormat format) {
        this.kernel = kernel;
        entryBytes = format.bytes();
        first = kernel.optionalField("_MMVAD", "FirstPrototypePte");
        last = kernel.optionalField("_MMVAD", "LastContiguousPte");
        part = kernel.optionalField("_MMVAD", "Subsection");
        start = kernel.optionalField("_SUBSECTION", "SubsectionBase");
        count = kernel.optionalField("_SUBSECTION", "PtesInSubsection");
        next = kernel.optionalField("_SUBSECTION", "NextSubsection");
    }

    /**
     * Virtual address of the entry; 0 when it is not known.
     *
     * @param vad virtual address of the region's {@code MMVAD}
     * @param page number of the page in the region
     * @throws MemflowException when it cannot be read
     */
    long find(long vad, long page) {
        long begin = first.isPresent() ? first.get().pointer(vad) : 0;
        if (!kernel.architecture().isKernelAddress(begin)) {
            return 0;
        }
        long entry = begin + page * entryBytes;
        long end = last.isPresent() ? last.get().pointer(vad) : 0;
        return end != 0 && Long.compareUnsigned(entry, end) > 0 ? further(vad, begin, page) : entry;
    }

    /** An entry behind those of the part that the region begins in. */
    private long further(long vad, long begin, long page) {
        if (part.isEmpty() || start.isEmpty() || count.isEmpty() || next.isEmpty()) {
            return 0;
        }
        long at = part.get().pointer(vad);
        long before = begin - start.get().pointer(at);
        if (before < 0 || before % entryBytes != 0) {
            return 0;
        }
        long left = before / entryBytes + page;
        for (int i = 0; i < MOST_PARTS && kernel.architecture().isKernelAddress(at); i++) {
            long entries = count.get().unsigned(at);
            if (left < entries) {
                long entry = start.get().pointer(at) + left * entryBytes;
                return kernel.architecture().isKernelAddress(entry) ? entry : 0;
            }
            left -= entries;
            at = next.get().pointer(at);
        }
        return 0;
    }
}
