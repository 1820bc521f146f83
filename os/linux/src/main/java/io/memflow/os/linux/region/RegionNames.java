package io.memflow.os.linux.region;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The last column of {@code /proc/PID/maps}: {@code show_map_vma()} in fs/proc/task_mmu.c. Thread-safe. */
final class RegionNames {
    /** {@code ANON_VMA_NAME_MAX_LEN}, include/linux/mm_types.h. */
    private static final int LONGEST_NAME = 80;

    private final MemoryView memory;
    private final PathReader paths;
    private final long operations;
    private final long privateData;
    private final OptionalLong specialName;
    private final long specialNamer;
    private final long operationsName;
    private final OptionalLong anonymousName;
    private final long anonymousNameText;
    private final boolean filesHaveAnonymousNames;
    private final boolean heapIsOpenInterval;
    private final long breakStart;
    private final long breakEnd;
    private final long stackStart;

    RegionNames(Kernel kernel, PathReader paths) {
        this.memory = kernel.memory();
        this.paths = paths;
        StructureLayout layout = kernel.layout();
        operations = layout.offset("vm_area_struct", "vm_ops");
        privateData = layout.offset("vm_area_struct", "vm_private_data");
        specialName = layout.optionalOffset("vm_special_mapping", "name");
        // A function, which kernels without CONFIG_KALLSYMS_ALL name too, unlike special_mapping_vmops that holds it.
        specialNamer = kernel.addressOrZero("special_mapping_name");
        operationsName = layout.offset("vm_operations_struct", "name");
        anonymousName = layout.optionalOffset("vm_area_struct", "anon_name");
        anonymousNameText = layout.optionalOffset("anon_vma_name", "name").orElse(0);
        // Before 6.2 the name shares its place with the links of a file's region.
        filesHaveAnonymousNames = kernel.version().isAtLeast(6, 2);
        // vma_is_initial_heap(), since 6.6; before, regions that only touch the heap counted.
        heapIsOpenInterval = kernel.version().isAtLeast(6, 6);
        breakStart = layout.offset("mm_struct", "start_brk");
        breakEnd = layout.offset("mm_struct", "brk");
        stackStart = layout.offset("mm_struct", "start_stack");
    }

    /**
     * The name of a region, null when it has none.
     *
     * @param vma virtual address of the {@code vm_area_struct}
     * @param file virtual address of its {@code struct file}, 0 without one
     * @param mm virtual address of its {@code mm_struct}
     */
    @Nullable
    String read(long vma, long file, long start, long end, long mm) {
        if (file != 0) {
            String given = filesHaveAnonymousNames ? anonymousName(vma) : null;
            return given == null ? paths.path(file) : "[anon_shmem:" + given + "]";
        }
        if (specialName.isPresent() && isSpecial(vma)) {
            long mapping = memory.readPointer(vma + privateData);
            return memory.readUtf8Lossy(memory.readPointer(mapping + specialName.getAsLong()), LONGEST_NAME);
        }
        if (isHeap(start, end, mm)) {
            return "[heap]";
        }
        long stack = memory.readPointer(mm + stackStart);
        if (start <= stack && end >= stack) {
            return "[stack]";
        }
        String given = anonymousName(vma);
        return given == null ? null : "[anon:" + given + "]";
    }

    private boolean isSpecial(long vma) {
        long functions = memory.readPointer(vma + operations);
        return specialNamer != 0 && functions != 0 && memory.readPointer(functions + operationsName) == specialNamer;
    }

    private boolean isHeap(long start, long end, long mm) {
        long heapStart = memory.readPointer(mm + breakStart);
        long heapEnd = memory.readPointer(mm + breakEnd);
        return heapIsOpenInterval ? start < heapEnd && end > heapStart : start <= heapEnd && end >= heapStart;
    }

    private @Nullable String anonymousName(long vma) {
        if (anonymousName.isEmpty()) {
            return null;
        }
        long name = memory.readPointer(vma + anonymousName.getAsLong());
        return name == 0 ? null : memory.readUtf8Lossy(name + anonymousNameText, LONGEST_NAME);
    }
}
