package io.memflow.connector.dummy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.plugin.ByteSize;
import io.memflow.core.translate.PageTableBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * How much of a machine's mapped memory is in pages of one size.
 *
 * @param pageSize bytes of a page
 * @param weight its part of the sum of all weights
 */
public record PageShare(long pageSize, int weight) {
    /** Of a memory without a wish: so much more in the smallest pages than in the next size. */
    private static final int SMALL_WEIGHT = 3;
    /** Pages of a size that a machine should have room for before they are mixed in unasked. */
    private static final int LEAST_PAGES = 16;

    /**
     * Reads {@code SIZE*WEIGHT/SIZE*WEIGHT}; a weight that is not given is 1.
     *
     * @throws MemflowException when it is malformed or the format has no pages of that size
     */
    static List<PageShare> parse(String key, String text, PagingFormat format) {
        List<PageShare> shares = new ArrayList<>();
        for (String part : text.split("/", -1)) {
            int star = part.indexOf('*');
            String written = star < 0 ? part : part.substring(0, star);
            long size = ByteSize.parse(written)
                    .orElseThrow(() -> refused(key, "\"" + written + "\" is no size, such as 4k or 2m"));
            int weight = star < 0 ? 1 : weight(key, part.substring(star + 1));
            SortedSet<Long> sizes = PageTableBuilder.pageSizes(format);
            if (!sizes.contains(size)) {
                throw refused(
                        key,
                        "%s has no pages of %s, only of %s"
                                .formatted(
                                        format.name(),
                                        ByteSize.format(size),
                                        sizes.stream().map(ByteSize::format).collect(Collectors.joining(", "))));
            }
            shares.add(new PageShare(size, weight));
        }
        return shares;
    }

    private static int weight(String key, String text) {
        try {
            int weight = Integer.parseInt(text);
            if (weight > 0 && weight <= 1000) {
                return weight;
            }
        } catch (NumberFormatException notANumber) {
            throw refused(key, "\"" + text + "\" is no weight, which is 1 to 1000");
        }
        throw refused(key, "\"" + text + "\" is no weight, which is 1 to 1000");
    }

    private static MemflowException refused(String key, String reason) {
        return new MemflowException(
                ErrorOrigin.ARGS, ErrorKind.ARG_VALIDATION, "Argument " + key + ": " + reason + ".");
    }

    /** Mostly the smallest pages, with some of the next size where the memory has room for them. */
    static List<PageShare> usual(PagingFormat format, long memoryBytes) {
        List<PageShare> shares = new ArrayList<>();
        for (long size : PageTableBuilder.pageSizes(format)) {
            if (shares.isEmpty()) {
                shares.add(new PageShare(size, SMALL_WEIGHT));
            } else if (shares.size() == 1 && size <= memoryBytes / LEAST_PAGES) {
                shares.add(new PageShare(size, 1));
            }
        }
        return shares;
    }
}
