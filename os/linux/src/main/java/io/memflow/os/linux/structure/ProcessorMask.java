package io.memflow.os.linux.structure;

import java.util.BitSet;

/** A {@code struct cpumask}: one bit for each processor (include/linux/cpumask_types.h). Stateless. */
public final class ProcessorMask {
    /** {@code NR_CPUS} is 8192 at most. */
    private static final int LARGEST_BYTES = 8192 / Byte.SIZE;

    private ProcessorMask() {}

    /**
     * The numbers of the processors in a mask.
     *
     * @param mask its virtual address
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     */
    public static BitSet read(Kernel kernel, long mask) {
        // Where the types do not say how many processors the kernel was built for, one word holds those of most
        // machines.
        long declared = kernel.layout()
                .types()
                .size("cpumask")
                .orElse(kernel.memory().properties().pointerBytes());
        return BitSet.valueOf(kernel.memory().readBytes(mask, Math.clamp(declared, 1, LARGEST_BYTES)));
    }
}
