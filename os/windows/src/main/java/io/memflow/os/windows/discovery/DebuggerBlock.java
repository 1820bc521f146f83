package io.memflow.os.windows.discovery;

import io.memflow.core.error.MemflowException;
import io.memflow.core.translate.Translation;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.crashdump.DebuggerData;
import io.memflow.formats.pe.PeImage;
import java.util.Arrays;
import java.util.Optional;

/**
 * The kernel's {@code KDDEBUGGER_DATA64}: named by the header of a dump, found by its tag in memory and by where the kernel maps
 * it, or found encoded.
 *
 * @param address virtual address
 * @param form how it lies in memory
 * @param data in plain
 */
record DebuggerBlock(long address, Form form, DebuggerData data) {
    enum Form {
        PLAIN("plain, and names this kernel's base,"),
        ENCODED("encoded, and decoded by its tag and this kernel's base,");

        private final String text;

        Form(String text) {
            this.text = text;
        }

        /** As a step of discovery says it before "at" and the address. */
        String text() {
            return text;
        }
    }

    private static final long PAGE_BYTES = 4096;

    /** Kernels are up to 16 MiB; one that claims more is not looked through to its end. */
    private static final long LARGEST_IMAGE = 64 << 20;

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
        return inImage(kernel, survey.debuggerBlocks()).or(() -> EncodedDebuggerBlock.find(kernel));
    }

    /** @param blocks physical addresses, ascending */
    private static Optional<DebuggerBlock> inImage(KernelImage kernel, long[] blocks) {
        Translation place = new Translation();
        PeImage image = kernel.image();
        long end = Math.min(image.size(), LARGEST_IMAGE);
        for (long offset = 0; blocks.length > 0 && offset < end; offset += PAGE_BYTES) {
            if (!kernel.memory().translate(image.base() + offset, place)) {
                continue;
            }
            long page = place.physical() & -PAGE_BYTES;
            int first = Arrays.binarySearch(blocks, page);
            for (int i = first < 0 ? -first - 1 : first; i < blocks.length && blocks[i] - page < PAGE_BYTES; i++) {
                Optional<DebuggerBlock> block = at(kernel, image.base() + offset + blocks[i] - page);
                if (block.isPresent()) {
                    return block;
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
                    .map(data -> new DebuggerBlock(address, Form.PLAIN, data));
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
