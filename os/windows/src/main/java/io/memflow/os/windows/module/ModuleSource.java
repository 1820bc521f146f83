package io.memflow.os.windows.module;

import io.memflow.core.evidence.Source;

/** What leads to a module. */
enum ModuleSource implements Source {
    /** {@code InLoadOrderModuleList} of a process' loader. */
    LOAD_ORDER("loader-load-order"),
    /** {@code InMemoryOrderModuleList}. */
    MEMORY_ORDER("loader-memory-order"),
    /** {@code InInitializationOrderModuleList}, which the program itself is not on. */
    INITIALIZATION_ORDER("loader-initialization-order"),
    /** A region of its process that maps an image. */
    REGION("image-region"),
    /** {@code PsLoadedModuleList}. */
    KERNEL_LIST("loaded-modules"),
    /** The headers of an image in the kernel's memory. */
    IMAGE_SCAN("image-scan");

    private final String label;

    ModuleSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
