package io.memflow.os.linux.region;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Kernels before 6.1: {@code mm->mmap} heads a list by {@code vm_next}, include/linux/mm_types.h. */
final class LinkedVmas implements VmaSource {
    private final MemoryView memory;
    private final long first;
    private final long next;

    LinkedVmas(Kernel kernel) {
        memory = kernel.memory();
        first = kernel.layout().offset("mm_struct", "mmap");
        next = kernel.layout().offset("vm_area_struct", "vm_next");
    }

    @Override
    public String name() {
        return "mmap-list";
    }

    @Override
    public Found find(long mm) {
        List<Long> vmas = new ArrayList<>();
        Set<Long> visited = new HashSet<>();
        List<MissingPart> missing = new ArrayList<>();
        try {
            long vma = memory.readPointer(mm + first);
            while (vma != 0) {
                if (!visited.add(vma)) {
                    missing.add(new MissingPart("vm_next", "it leads back to " + Address.format(vma)));
                    break;
                }
                vmas.add(vma);
                vma = memory.readPointer(vma + next);
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("vm_next", unreadable.getMessage()));
        }
        return new Found(vmas, missing);
    }
}
