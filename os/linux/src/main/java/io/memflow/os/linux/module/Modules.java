package io.memflow.os.linux.module;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.os.linux.structure.FieldReader;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelList;
import io.memflow.os.linux.structure.StructureLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Loaded kernel modules, from the list {@code modules} (kernel/module/main.c). Thread-safe. */
public final class Modules {
    private static final String SOURCE = "module-list";
    /** {@code MODULE_STATE_UNFORMED}: being set up, not shown yet. */
    private static final int UNFORMED = 3;
    /** The states are 0 to 3. */
    private static final int LARGEST_STATE = 3;
    /** {@code MODULE_NAME_LEN}: 64 less a word. */
    private static final int NAME_BYTES = 56;

    private final MemoryView memory;
    private final KernelList lists;
    private final OptionalLong head;
    private final long list;
    private final long state;
    private final long name;
    private final ModuleMemory parts;

    public Modules(Kernel kernel) {
        memory = kernel.memory();
        lists = new KernelList(memory);
        head = kernel.find("modules");
        StructureLayout layout = kernel.layout();
        list = layout.offset("module", "list");
        state = layout.offset("module", "state");
        name = layout.offset("module", "name");
        parts = ModuleMemory.of(kernel);
    }

    /** Rows in the kernel's order, newest module first. */
    public Listing<ModuleInfo> modules() {
        KernelList.Entries entries = walk();
        List<ModuleInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(entries.missing());
        for (long module : entries.addresses()) {
            try {
                if (memory.readInt(module + state) != UNFORMED) {
                    rows.add(row(module));
                }
            } catch (MemoryAccessException unreadable) {
                missing.add(new MissingPart("struct module", unreadable.getMessage()));
            }
        }
        return new Listing<>(rows, missing);
    }

    private KernelList.Entries walk() {
        if (head.isEmpty()) {
            return new KernelList.Entries(
                    List.of(),
                    List.of(new MissingPart(
                            "modules",
                            "this kernel names no data in its symbol table, and no list of modules was found by its"
                                    + " structure: either none is loaded, or the list is damaged")));
        }
        return lists.walk(head.getAsLong(), list, "modules", this::isModule);
    }

    private boolean isModule(long module) {
        try {
            return memory.readUnsigned(module + state, Integer.BYTES) <= LARGEST_STATE
                    && memory.readByte(module + name) != 0;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    private ModuleInfo row(long module) {
        FieldReader fields = new FieldReader();
        String moduleName = memory.readUtf8Lossy(module + name, NAME_BYTES);
        Long base = fields.read("base", () -> parts.base(module));
        Long size = fields.read("size", () -> parts.size(module));
        return new ModuleInfo(module, moduleName, base, size, fields.provenance(SOURCE));
    }
}
