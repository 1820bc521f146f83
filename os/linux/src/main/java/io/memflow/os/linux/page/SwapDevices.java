package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.Optional;
import java.util.function.LongFunction;

/** The swap devices of a kernel and what is still in memory of the pages on them: mm/swapfile.c, mm/swap_state.c. Thread-safe. */
final class SwapDevices {
    private final MemoryView memory;
    private final LongFunction<Optional<String>> names;
    private final long table;
    private final long count;
    private final long file;
    private final KernelField max;
    private final int word;

    /** @param names what a file is called, by the address of its {@code struct file} */
    SwapDevices(Kernel kernel, LongFunction<Optional<String>> names) {
        memory = kernel.memory();
        this.names = names;
        table = kernel.address("swap_info");
        count = kernel.address("nr_swapfiles");
        StructureLayout layout = kernel.layout();
        file = layout.offset("swap_info_struct", "swap_file");
        max = kernel.field("swap_info_struct", "max");
        word = memory.properties().pointerBytes();
    }

    /** Address of the {@code swap_info_struct} of a device that is in use and has a page of that number. */
    Optional<Long> info(int device, long offset) {
        if (device >= memory.readInt(count)) {
            return Optional.empty();
        }
        long info = memory.readPointer(table + (long) device * word);
        boolean holds = info != 0 && Long.compareUnsigned(offset, max.unsigned(info)) < 0;
        return holds ? Optional.of(info) : Optional.empty();
    }

    /** What a device is called; empty when its file cannot be named. */
    Optional<String> name(long info) {
        long swapFile = memory.readPointer(info + file);
        return swapFile == 0 ? Optional.empty() : names.apply(swapFile);
    }
}
