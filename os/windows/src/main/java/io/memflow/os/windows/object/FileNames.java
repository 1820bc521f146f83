package io.memflow.os.windows.object;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import org.jspecify.annotations.Nullable;

/** Names of open files ({@code FILE_OBJECT}): the device, and the path on it. Thread-safe. */
public final class FileNames {
    private final MemoryView memory;
    private final PointerWidth width;
    private final ObjectHeaders headers;
    private final KernelField fileName;
    private final KernelField device;

    public FileNames(WindowsKernel kernel, ObjectHeaders headers) {
        this.headers = headers;
        memory = kernel.memory();
        width = PointerWidth.of(memory.properties());
        fileName = kernel.field("_FILE_OBJECT", "FileName");
        device = kernel.field("_FILE_OBJECT", "DeviceObject");
    }

    /**
     * The name of an open file, such as {@code \Device\HarddiskVolume1\Windows\explorer.exe}; without the device where that
     * has no name or cannot be read; null when the file has no name at all.
     *
     * @param file virtual address of the {@code FILE_OBJECT}
     * @throws MemflowException when the path cannot be read
     */
    public @Nullable String name(long file) {
        String path = UnicodeString.read(memory, fileName.at(file), width);
        String root = deviceName(file);
        String whole = (root == null ? "" : root) + path;
        return whole.isEmpty() ? null : whole;
    }

    private @Nullable String deviceName(long file) {
        try {
            long object = device.pointer(file);
            return object == 0 ? null : headers.path(object);
        } catch (MemflowException unreadable) {
            // The path is of use without it.
            return null;
        }
    }
}
