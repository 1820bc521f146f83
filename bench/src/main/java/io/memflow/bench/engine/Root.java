package io.memflow.bench.engine;

import java.util.Locale;

/** The address spaces of the image. */
public enum Root {
    /** 1 GiB in shuffled pages of 4 KiB. */
    PAGES,
    /** 1,048,576 pages of 4 KiB: every frame four times, in shuffled order. */
    SCATTERED,
    /** 1,024 pages of 4 KiB in eight runs all over the space, as the areas of a process are. */
    SPARSE,
    /** 1 GiB in shuffled pages of 2 MiB. */
    LARGE;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
