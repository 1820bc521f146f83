package io.memflow.os.windows.discovery;

import io.memflow.core.error.MemflowException;
import io.memflow.core.translate.Translation;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.crashdump.DebuggerData;
import io.memflow.formats.pe.PeImage;
import java.util.Optional;

/**
 * The kernel's {@code KDDEBUGGER_DATA64}, where it is plain: found by its tag in memory and by where the kernel maps it, or
 * named by the header of a dump.
 *
 * @param address virtual address
 */
record DebuggerBlock(long address, DebuggerData data) {
    private static final long PAGE_BYTES = 4096;

    static Optional<DebuggerBlock> find(KernelImage kernel, MemorySurvey survey) {
        Optional<Long> named = kernel.memory()
                .physical()
                .capability(CrashDump.class)
                .flatMap(dump -> Optional.ofNullable(dump.header().debuggerData()));
        if (named.isPresent()) {
            Optional<DebuggerBlock> block = at(kernel, named.get());
            if (block.isPresent()) {
                return block;
            }
        }
        Translation place = new Translation();
        PeImage image = kernel.image();
        for (long physical : survey.debuggerBlocks()) {
            for (long page = image.base(); page - image.base() < image.size(); page += PAGE_BYTES) {
                if (kernel.memory().translate(page, place) && place.physical() == (physical & -PAGE_BYTES)) {
                    Optional<DebuggerBlock> block = at(kernel, page + (physical & (PAGE_BYTES - 1)));
                    if (block.isPresent()) {
                        return block;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<DebuggerBlock> at(KernelImage kernel, long address) {
        try {
            return DebuggerData.read(kernel.memory(), address)
                    .filter(data -> sameAddress(
                            kernel, data.kernelBase(), kernel.image().base()))
                    .map(data -> new DebuggerBlock(address, data));
        } catch (MemflowException unreadable) {
            return Optional.empty();
        }
    }

    /** Addresses of 32-bit kernels are kept with their sign in it. */
    private static boolean sameAddress(KernelImage kernel, long kept, long address) {
        return kernel.root().architecture().pointerBytes() == Long.BYTES
                ? kept == address
                : (int) kept == (int) address;
    }
}
