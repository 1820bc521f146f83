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
    /** The kernel's name for memory asked for in huge pages. */
    private static final String HUGE = "/anon_hugepage";

    /** Bytes of each mapping that was asked for in huge pages, of whatever size. */
    List<Long> hugeAreas() {
        return areas.stream()
                .filter(area -> area.name().equals(HUGE))
                .map(area -> area.end() - area.start())
                .toList();
    }

    /** Every present page, those that nobody may touch among them. */
    Stream<PagemapEntry> pages() {
        return areas.stream().flatMap(area -> area.pages().stream());
    }
}
