package io.memflow.os.linux.module;

import io.memflow.core.memory.MemoryView;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.StructureLayout;

/** Where a module's sections lie: two layouts up to 6.3, an array by kind of memory since. Thread-safe. */
sealed interface ModuleMemory {
    static ModuleMemory of(Kernel kernel) {
        return kernel.layout().has("module", "core_layout.base")
                ? new Layouts(kernel.memory(), kernel.layout())
                : new ByKind(kernel.memory(), kernel.layout());
    }

    /** Virtual address that {@code /proc/modules} shows: the start of the code. */
    long base(long module);

    /** Bytes of all parts together, as {@code /proc/modules} shows. */
    long size(long module);

    /** {@code core_layout} and {@code init_layout}, include/linux/module.h up to 6.3. */
    final class Layouts implements ModuleMemory {
        private final MemoryView memory;
        private final long coreBase;
        private final long coreSize;
        private final long initSize;

        Layouts(MemoryView memory, StructureLayout layout) {
            this.memory = memory;
            coreBase = layout.offset("module", "core_layout.base");
            coreSize = layout.offset("module", "core_layout.size");
            initSize = layout.offset("module", "init_layout.size");
        }

        @Override
        public long base(long module) {
            return memory.readPointer(module + coreBase);
        }

        @Override
        public long size(long module) {
            return memory.readUnsigned(module + coreSize, Integer.BYTES)
                    + memory.readUnsigned(module + initSize, Integer.BYTES);
        }
    }

    /** {@code mem[MOD_MEM_NUM_TYPES]}, include/linux/module.h since 6.4; the first kind is the code. */
    final class ByKind implements ModuleMemory {
        private final MemoryView memory;
        private final long first;
        private final long stride;
        private final long kinds;
        private final long partBase;
        private final long partSize;

        ByKind(MemoryView memory, StructureLayout layout) {
            this.memory = memory;
            first = layout.offset("module", "mem");
            stride = layout.size("module_memory");
            kinds = layout.memberSize("module", "mem") / stride;
            partBase = layout.offset("module_memory", "base");
            partSize = layout.offset("module_memory", "size");
        }

        @Override
        public long base(long module) {
            return memory.readPointer(module + first + partBase);
        }

        @Override
        public long size(long module) {
            long size = 0;
            for (int kind = 0; kind < kinds; kind++) {
                size += memory.readUnsigned(module + first + kind * stride + partSize, Integer.BYTES);
            }
            return size;
        }
    }
}
