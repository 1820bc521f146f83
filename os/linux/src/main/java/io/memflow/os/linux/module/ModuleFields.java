package io.memflow.os.linux.module;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.Place;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;

/** The state, name and links of a {@code struct module} (include/linux/module.h), and what proves one. Thread-safe. */
final class ModuleFields {
    /** {@code MODULE_STATE_LIVE}. */
    private static final int LIVE = 0;
    /** {@code MODULE_STATE_UNFORMED}: being set up, not shown yet. */
    private static final int UNFORMED = 3;
    /** The states are 0 to 3. */
    private static final int LARGEST_STATE = 3;
    /** {@code MODULE_NAME_LEN}: 64 less a word. */
    private static final int NAME_BYTES = 56;

    final MemoryView memory;
    final int word;
    final long list;
    /** {@code mkobj.mod}, by which a module names itself. */
    final Place self;

    private final long state;
    private final long name;

    /** @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when the kernel's types lack what is needed */
    ModuleFields(Kernel kernel) {
        memory = kernel.memory();
        word = memory.properties().pointerBytes();
        StructureLayout layout = kernel.layout();
        list = layout.offset("module", "list");
        state = layout.offset("module", "state");
        name = layout.offset("module", "name");
        self = layout.place("module", "mkobj.mod");
    }

    /** Whether there is a module: a state, a name, and where it is known that it does, it names itself. */
    boolean isModule(long module) {
        try {
            return memory.readUnsigned(module + state, Integer.BYTES) <= LARGEST_STATE
                    && memory.readByte(module + name) > ' '
                    && (!self.isKnown() || namesItself(module));
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    /** While a module is set up, its own pointer is not written yet. */
    private boolean namesItself(long module) {
        return memory.readPointer(self.in(module)) == module || isUnformed(module);
    }

    boolean isUnformed(long module) {
        return memory.readInt(module + state) == UNFORMED;
    }

    /** Whether a module is neither set up nor taken down right now: all structures have it then. */
    boolean isLive(long module) {
        try {
            return memory.readInt(module + state) == LIVE;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    String name(long module) {
        return memory.readUtf8Lossy(module + name, NAME_BYTES);
    }

    /** The pointer at an address; 0 when it cannot be read: the damage is named by whoever walks that structure whole. */
    long pointer(long at) {
        try {
            return memory.readPointer(at);
        } catch (MemoryAccessException unreadable) {
            return 0;
        }
    }
}
