package io.memflow.os.windows.process;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.FieldReader;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.windows.object.FileNames;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The program a process runs, in the kernel's own words: the name kept for audits, else the file itself. Thread-safe.
 */
final class ProcessPath {
    private final MemoryView memory;
    private final PointerWidth width;
    private final WhenKnown<FileNames> files;
    private final Optional<KernelField> audit;
    private final Optional<KernelField> imageFile;

    ProcessPath(WindowsKernel kernel, WhenKnown<FileNames> files) {
        this.files = files;
        memory = kernel.memory();
        width = PointerWidth.of(memory.properties());
        audit = kernel.optionalField("_EPROCESS", "SeAuditProcessCreationInfo");
        imageFile = kernel.optionalField("_EPROCESS", "ImageFilePointer");
    }

    /** Such as {@code \Device\HarddiskVolume1\Windows\explorer.exe}; null for a process without a program. */
    @Nullable
    String read(long process, FieldReader fields) {
        String path = fields.read("SeAuditProcessCreationInfo", () -> audited(process));
        if (path == null && imageFile.isPresent()) {
            path = fields.read("ImageFilePointer", () -> ofFile(imageFile.get().pointer(process)));
        }
        return path;
    }

    /** {@code OBJECT_NAME_INFORMATION} begins with the name. */
    private @Nullable String audited(long process) {
        long information = audit.isPresent() ? audit.get().pointer(process) : 0;
        String path = information == 0 ? "" : UnicodeString.read(memory, information, width);
        return path.isEmpty() ? null : path;
    }

    private @Nullable String ofFile(long file) {
        return file == 0 ? null : files.get().name(file);
    }
}
