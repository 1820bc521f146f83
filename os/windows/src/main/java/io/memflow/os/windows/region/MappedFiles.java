package io.memflow.os.windows.region;

import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.windows.object.FileNames;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files that regions map: {@code MMVAD} leads to the part of the file it maps ({@code SUBSECTION}; before Vista straight to
 * the next), that to the file's memory ({@code CONTROL_AREA}), and that to the open file. Thread-safe.
 */
final class MappedFiles {
    private final WhenKnown<FileNames> names;
    private final Optional<KernelField> subsection;
    private final Optional<KernelField> areaOfSubsection;
    private final Optional<KernelField> area;
    private final Optional<KernelField> file;
    /** Low bits of a pointer that counts references ({@code EX_FAST_REF}, since Vista). */
    private final long references;

    MappedFiles(WindowsKernel kernel, WhenKnown<FileNames> names) {
        this.names = names;
        subsection = kernel.optionalField("_MMVAD", "Subsection");
        areaOfSubsection = kernel.optionalField("_SUBSECTION", "ControlArea");
        area = kernel.optionalField("_MMVAD", "ControlArea");
        file = kernel.optionalField("_CONTROL_AREA", "FilePointer");
        references = kernel.pointerBytes() == Long.BYTES ? 0xF : 0x7;
    }

    /**
     * The file's name; null when memory is shared without one.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be read
     */
    @Nullable
    String name(long vad) {
        long memory = controlArea(vad);
        long open = memory == 0 || file.isEmpty() ? 0 : file.get().pointer(memory) & ~references;
        return open == 0 ? null : names.get().name(open);
    }

    private long controlArea(long vad) {
        if (subsection.isPresent() && areaOfSubsection.isPresent()) {
            long part = subsection.get().pointer(vad);
            return part == 0 ? 0 : areaOfSubsection.get().pointer(part);
        }
        return area.isPresent() ? area.get().pointer(vad) : 0;
    }
}
