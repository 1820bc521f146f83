package io.memflow.os.windows.synthetic;

import java.util.List;

/**
 * A region that a process shall have a VAD for.
 *
 * @param start first virtual address
 * @param end virtual address after its last byte
 * @param protection {@code MMVAD_FLAGS.Protection}
 * @param kind what it is
 * @param file device path; empty for none
 * @param frames physical addresses of the first pages of that file, which are in memory
 */
record RegionPlan(long start, long end, int protection, SyntheticRegion.Kind kind, String file, List<Long> frames) {
    static final int READ = 1;
    static final int READ_WRITE = 4;
    static final int EXECUTE_WRITE_COPY = 7;

    static RegionPlan ofPrivate(long start, long end, int protection) {
        return new RegionPlan(start, end, protection, SyntheticRegion.Kind.PRIVATE, "", List.of());
    }

    static RegionPlan ofImage(SharedImage image) {
        return new RegionPlan(
                image.base(),
                image.base() + image.size(),
                EXECUTE_WRITE_COPY,
                SyntheticRegion.Kind.IMAGE,
                image.devicePath(),
                image.frames());
    }
}
