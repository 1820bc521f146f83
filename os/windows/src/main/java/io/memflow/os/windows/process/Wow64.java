package io.memflow.os.windows.process;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** 32-bit programs in processes of a 64-bit kernel. Thread-safe. */
final class Wow64 {
    /** {@code EWOW64PROCESS.Machine}, where the structure holds more than the {@code PEB}. */
    private static final int MACHINE = 8;

    private static final int BUILD_WITH_MACHINE = 10586;
    /** {@code IMAGE_FILE_MACHINE_ARMNT}, PE Format. */
    private static final int ARM = 0x1C4;

    private final WindowsArchitecture architecture;
    private final MemoryView memory;
    private final int build;
    private final Optional<KernelField> process;

    Wow64(WindowsKernel kernel) {
        architecture = kernel.architecture();
        memory = kernel.memory();
        build = kernel.version().build();
        process = kernel.optionalField("_EPROCESS", "WoW64Process", "Wow64Process");
    }

    /** Virtual address of the 32-bit {@code PEB}; 0 in a process that has none. */
    long peb(long address) {
        long pointer = process.isPresent() ? process.get().pointer(address) : 0;
        // From Vista SP2 to 10 10240 the PEB itself; else a structure of the kernel that begins with a pointer to it.
        return architecture.isKernelAddress(pointer) ? memory.readPointer(pointer) : pointer;
    }

    /** The instruction set of such a program; null in a process without one. */
    @Nullable
    String machine(long address) {
        if (peb(address) == 0 || process.isEmpty()) {
            return null;
        }
        long pointer = process.get().pointer(address);
        boolean arm = build >= BUILD_WITH_MACHINE
                && architecture.isKernelAddress(pointer)
                && memory.readUnsigned(pointer + MACHINE, Short.BYTES) == ARM;
        return arm ? "arm" : "i386";
    }
}
