package io.memflow.os.linux.landmark;

import io.memflow.core.structure.StructureLayout;
import java.util.OptionalLong;

/** The initial namespaces: the idle task is in them, and they are part of the kernel image. Confined. */
final class Namespaces {
    /** More network namespaces than a machine has memory for. */
    private static final int MOST_NETWORKS = 1 << 16;

    private final ImageWords image;
    private final StructureLayout layout;
    private final long idleTask;

    Namespaces(ImageWords image, StructureLayout layout, long idleTask) {
        this.image = image;
        this.layout = layout;
        this.idleTask = idleTask;
    }

    /**
     * Virtual address of the idle task's namespace of one kind.
     *
     * @param member the member of {@code struct nsproxy} that points to it
     */
    OptionalLong initial(String member) {
        long proxy = image.pointer(idleTask + layout.offset("task_struct", "nsproxy"));
        long namespace = proxy == 0 ? 0 : image.pointer(proxy + layout.offset("nsproxy", member));
        return image.isInside(namespace) ? OptionalLong.of(namespace) : OptionalLong.empty();
    }

    /**
     * Virtual address of {@code net_namespace_list}: of the ring of all network namespaces the one entry in the kernel image
     * beside {@code init_net}'s own; all others are allocated.
     */
    OptionalLong networkList() {
        OptionalLong initial = initial("net_ns");
        if (initial.isEmpty()) {
            return OptionalLong.empty();
        }
        long start = initial.getAsLong() + layout.offset("net", "list");
        long entry = image.pointer(start);
        for (int i = 0; i < MOST_NETWORKS && entry != 0 && entry != start; i++) {
            if (image.isInside(entry)) {
                return OptionalLong.of(entry);
            }
            entry = image.pointer(entry);
        }
        return OptionalLong.empty();
    }
}
