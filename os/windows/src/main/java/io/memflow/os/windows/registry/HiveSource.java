package io.memflow.os.windows.registry;

import io.memflow.core.evidence.Source;

/** What leads to a hive. */
enum HiveSource implements Source {
    /** {@code CmpHiveListHead}. */
    LIST("hive-list"),
    /** The links of another hive. */
    NEIGHBOUR("hive-links"),
    /** Its signature, in a look through all memory. */
    SCAN("hive-scan");

    private final String label;

    HiveSource(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
