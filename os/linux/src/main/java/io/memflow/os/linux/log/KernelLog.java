package io.memflow.os.linux.log;

import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.os.linux.structure.Kernel;

/** The kernel's log: a ring of descriptors since 5.10, one buffer of records before. Thread-safe. */
public sealed interface KernelLog permits DescriptorRing, RecordBuffer {
    /**
     * The log of a kernel.
     *
     * @throws io.memflow.core.error.MemflowException when it has neither form
     */
    static KernelLog of(Kernel kernel) {
        return kernel.find("prb").isPresent()
                        || kernel.layout().types().size("printk_ringbuffer").isPresent()
                ? new DescriptorRing(kernel)
                : new RecordBuffer(kernel);
    }

    /** Its records, oldest first. */
    Listing<LogRecord> records();
}
