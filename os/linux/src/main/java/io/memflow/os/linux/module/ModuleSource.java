package io.memflow.os.linux.module;

import io.memflow.core.evidence.Source;

/** The structures of the kernel that lead to a module. */
enum ModuleSource implements Source {
    /** {@code modules} and the links of its entries, which {@code /proc/modules} lists. */
    MODULE_LIST("module-list"),
    /** {@code module_kset} and the links of its entries, which {@code /sys/module} lists. */
    MODULE_KSET("module-kset"),
    /** {@code mod_tree}: the memory of all modules by address, in two trees that are written by turns. */
    MODULE_TREE("module-tree"),
    /** Names itself and lies in mapped memory; looked for only when the others are damaged or disagree. */
    MEMORY_SCAN("memory-scan");

    private final String label;

    ModuleSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
