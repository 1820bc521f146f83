package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the guest program {@code paging.c} said of its pages. Immutable.
 *
 * @param pages every page it told of
 * @param swapped for each region what the guest counts as swapped, in KiB
 * @param pageBytes bytes of a page
 */
record PagingTruth(List<Page> pages, Map<String, Long> swapped, int pageBytes) {
    private static final long PRESENT = 1L << 63;
    private static final long SWAPPED = 1L << 62;
    /** Documentation/admin-guide/mm/pagemap.rst. */
    private static final long FRAME = (1L << 55) - 1;

    private static final int DEVICE = 31;
    /** Newer kernels show a marker, such as that of a guard page, as a page of the last swap type. */
    private static final int MARKER = 31;

    private static final int OFFSET_SHIFT = 5;
    private static final long OFFSET = (1L << 50) - 1;
    private static final String READY = "PAGES-READY";

    PagingTruth {
        pages = List.copyOf(pages);
        swapped = Map.copyOf(swapped);
    }

    /**
     * One page.
     *
     * @param name its region
     * @param number of the page in its region
     * @param address virtual address
     * @param entry of {@code /proc/self/pagemap}
     * @param inCore what {@code mincore()} says: in memory, mapped or not
     */
    record Page(String name, long number, long address, long entry, boolean inCore) {
        boolean isPresent() {
            return (entry & PRESENT) != 0;
        }

        boolean isSwapped() {
            return (entry & SWAPPED) != 0 && device() != MARKER;
        }

        long frame() {
            return entry & FRAME;
        }

        int device() {
            return (int) entry & DEVICE;
        }

        long offset() {
            return entry >>> OFFSET_SHIFT & OFFSET;
        }
    }

    static PagingTruth parse(String console) {
        List<Page> pages = new ArrayList<>();
        Map<String, Long> swapped = new LinkedHashMap<>();
        int pageBytes = 0;
        for (String line : console.replace("\r", "").lines().toList()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "PAGE" ->
                    pages.add(new Page(
                            words[1],
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3], 16),
                            Long.parseUnsignedLong(words[4], 16),
                            words[5].equals("1")));
                case "SWAP" -> swapped.put(words[1], Long.parseLong(words[2]));
                case READY -> pageBytes = Integer.parseInt(words[1]);
                default -> {
                    // The kernel's own lines.
                }
            }
        }
        if (pageBytes == 0) {
            throw new MalformedDataException("lab paging", 0, "its last line is missing");
        }
        return new PagingTruth(pages, swapped, pageBytes);
    }
}
