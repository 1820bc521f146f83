package io.memflow.os.linux.module;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.ModulePart;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;

/** Where a module's sections lie: two layouts up to 6.3, an array by kind of memory since. Thread-safe. */
sealed interface ModuleMemory {
    static ModuleMemory of(Kernel kernel) {
        // Of damaged types the member may be left and its own type lost.
        boolean isLaidOut = kernel.layout()
                .find("module", "core_layout.base", "core_layout")
                .isPresent();
        return isLaidOut ? new Layouts(kernel.memory(), kernel.layout()) : new ByKind(kernel.memory(), kernel.layout());
    }

    /** Virtual address that {@code /proc/modules} shows: the start of the code. */
    long base(long module);

    /** Bytes of all parts together, as {@code /proc/modules} shows. */
    long size(long module);

    /** The parts with anything in them, code first. */
    List<ModulePart> parts(long module);

    /** {@code core_layout} and {@code init_layout}, include/linux/module.h up to 6.3. */
    final class Layouts implements ModuleMemory {
        private final MemoryView memory;
        private final long coreBase;
        private final long coreSize;
        private final long initSize;
        private final StructureLayout layout;

        Layouts(MemoryView memory, StructureLayout layout) {
            this.memory = memory;
            this.layout = layout;
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

        @Override
        public List<ModulePart> parts(long module) {
            List<ModulePart> parts = new ArrayList<>();
            add(parts, module, "core_layout", "");
            if (memory.readUnsigned(module + initSize, Integer.BYTES) != 0) {
                add(parts, module, "init_layout", "init-");
            }
            return parts;
        }

        /** Code, what is never written, what is not written any more, and the rest; or all in one where that is not known. */
        private void add(List<ModulePart> parts, long module, String member, String prefix) {
            long start = memory.readPointer(module + layout.offset("module", member + ".base"));
            long bytes = memory.readUnsigned(module + layout.offset("module", member + ".size"), Integer.BYTES);
            boolean divided = layout.has("module", member + ".ro_after_init_size");
            if (!divided) {
                parts.add(new ModulePart(prefix + "all", start, bytes));
                return;
            }
            List<String> ends = List.of(".text_size", ".ro_size", ".ro_after_init_size", ".size");
            List<String> purposes = List.of("text", "rodata", "ro-after-init", "data");
            long from = 0;
            for (int i = 0; i < ends.size(); i++) {
                long to = memory.readUnsigned(module + layout.offset("module", member + ends.get(i)), Integer.BYTES);
                if (to > from) {
                    parts.add(new ModulePart(prefix + purposes.get(i), start + from, to - from));
                    from = to;
                }
            }
        }
    }

    /** {@code mem[MOD_MEM_NUM_TYPES]}, include/linux/module.h since 6.4; the first kind is the code. */
    final class ByKind implements ModuleMemory {
        /** {@code enum mod_mem_type} in its order. */
        private static final List<String> PURPOSES =
                List.of("text", "data", "rodata", "ro-after-init", "init-text", "init-data", "init-rodata");

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

        @Override
        public List<ModulePart> parts(long module) {
            List<ModulePart> parts = new ArrayList<>();
            for (int kind = 0; kind < kinds; kind++) {
                long part = module + first + kind * stride;
                long size = memory.readUnsigned(part + partSize, Integer.BYTES);
                if (size != 0) {
                    String purpose = kind < PURPOSES.size() ? PURPOSES.get(kind) : "kind " + kind;
                    parts.add(new ModulePart(purpose, memory.readPointer(part + partBase), size));
                }
            }
            return parts;
        }
    }
}
