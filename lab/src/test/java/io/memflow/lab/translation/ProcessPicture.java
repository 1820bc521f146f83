package io.memflow.lab.translation;

import java.util.List;
import java.util.stream.Stream;

/**
 * All mappings of one process.
 *
 * @param pid its number
 * @param role what it was there for: {@code sleeper}, {@code dozer} or {@code spinner}
 * @param areas in ascending order
 */
record ProcessPicture(int pid, String role, List<MappedArea> areas) {
    /** Every present page, those that nobody may touch among them. */
    Stream<PagemapEntry> pages() {
        return areas.stream().flatMap(area -> area.pages().stream());
    }
}
