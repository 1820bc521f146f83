package io.memflow.os.linux.zram;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.linux.module.ModuleTypes;
import io.memflow.os.linux.profile.LayeredTypes;
import io.memflow.os.linux.structure.Kernel;

/** Finds the types of zram and its allocator, which are parts of the kernel or modules. Stateless. */
final class ZramTypes {
    private static final String DISK = "zram";
    private static final String ALLOCATOR = "zsmalloc";

    private ZramTypes() {}

    /** @throws MemflowException of kind NOT_FOUND when the kernel has none of them */
    static StructureLayout of(Kernel kernel) {
        StructureLayout layout = kernel.layout();
        boolean hasDisk = layout.has("zram", "table");
        boolean hasAllocator = layout.has("zspage", "magic");
        if (hasDisk && hasAllocator) {
            return layout;
        }
        TypeTable types = layout.types();
        ModuleTypes modules = new ModuleTypes(kernel);
        if (!hasDisk) {
            types = new LayeredTypes(types, module(modules, DISK));
        }
        if (!hasAllocator) {
            types = new LayeredTypes(types, module(modules, ALLOCATOR));
        }
        return new StructureLayout(types);
    }

    private static TypeTable module(ModuleTypes modules, String name) {
        return modules.of(name)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "The kernel has no types of its module %s in memory.".formatted(name)));
    }
}
