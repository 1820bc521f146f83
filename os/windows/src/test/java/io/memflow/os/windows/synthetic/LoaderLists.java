package io.memflow.os.windows.synthetic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes what a process' loader keeps: {@code PEB_LDR_DATA} and an entry for each module, on three lists. Stateless. */
final class LoaderLists {
    private static final String ENTRY = "_LDR_DATA_TABLE_ENTRY";
    /** {@code LDRP_ENTRY_PROCESSED} and {@code LDRP_IMAGE_DLL}. */
    private static final int PROCESSED_LIBRARY = 0x4004;

    private LoaderLists() {}

    /**
     * What was written.
     *
     * @param data virtual address of {@code PEB_LDR_DATA}
     * @param modules in the order of {@code InLoadOrderModuleList}
     */
    record Written(long data, List<SyntheticModule> modules) {}

    /**
     * Writes the lists.
     *
     * @param types of the structures' width
     * @param width bytes of a pointer in them
     * @param images in the order in which they were loaded, the program first
     */
    static Written write(
            SyntheticSpace space, UserHeap heap, SyntheticTypes types, int width, List<SharedImage> images) {
        long data = heap.allocate(types.size("_PEB_LDR_DATA"));
        space.put32(data, types.size("_PEB_LDR_DATA"));
        // Initialized.
        space.put8(data + 4, 1);
        List<SyntheticModule> modules = new ArrayList<>();
        List<Long> entries = new ArrayList<>();
        for (SharedImage image : images) {
            SyntheticModule module = entry(space, heap, types, width, image);
            modules.add(module);
            entries.add(module.entryAddress());
        }
        space.ring(data + types.at("_PEB_LDR_DATA", "InLoadOrderModuleList"), width, entries);
        ring(space, data + types.at("_PEB_LDR_DATA", "InMemoryOrderModuleList"), width, entries, 2L * width);
        // A library's dependencies come first; the program is not initialized.
        List<Long> initialized = new ArrayList<>(entries.subList(1, entries.size()));
        Collections.reverse(initialized.subList(1, initialized.size()));
        ring(
                space,
                data + types.at("_PEB_LDR_DATA", "InInitializationOrderModuleList"),
                width,
                initialized,
                4L * width);
        return new Written(data, modules);
    }

    private static void ring(SyntheticSpace space, long head, int width, List<Long> entries, long offset) {
        space.ring(head, width, entries.stream().map(entry -> entry + offset).toList());
    }

    private static SyntheticModule entry(
            SyntheticSpace space, UserHeap heap, SyntheticTypes types, int width, SharedImage image) {
        long at = heap.allocate(types.size(ENTRY));
        space.put(at + types.at(ENTRY, "DllBase"), width, image.base());
        space.put(at + types.at(ENTRY, "EntryPoint"), width, image.entry());
        space.put32(at + types.at(ENTRY, "SizeOfImage"), image.size());
        heap.string(at + types.at(ENTRY, "FullDllName"), width, image.path());
        heap.string(at + types.at(ENTRY, "BaseDllName"), width, image.name());
        space.put32(at + types.at(ENTRY, "Flags"), PROCESSED_LIBRARY);
        if (types.has(ENTRY, "LoadCount")) {
            space.put16(at + types.at(ENTRY, "LoadCount"), 0xFFFF);
        }
        long hash = at + types.at(ENTRY, "HashLinks");
        space.link(hash, width, hash, hash);
        space.put32(at + types.at(ENTRY, "TimeDateStamp"), image.timestamp());
        return new SyntheticModule(at, image.base(), image.size(), image.name(), image.path(), image.entry());
    }
}
