package io.memflow.fuzz.seed;

import io.memflow.formats.ksymtab.ExportedImage;
import java.util.Map;

/** Images that are hardly more than a table of exported symbols. Stateless. */
final class KsymtabSeeds {
    /** More than the fewest that the search takes for a table. */
    private static final int SYMBOLS = 260;

    private KsymtabSeeds() {}

    static Map<String, byte[]> all() {
        return Map.of(
                "relative", marked(true, 3, Long.BYTES, 0),
                "relative-plain", marked(true, 2, Long.BYTES, 0),
                "pointers", marked(false, 3, Long.BYTES, 0),
                "narrow", marked(false, 2, Integer.BYTES, 1));
    }

    /** The first byte tells the target how wide pointers are. */
    private static byte[] marked(boolean isRelative, int fields, int pointerBytes, int first) {
        byte[] image = new ExportedImage(SYMBOLS, isRelative, fields, pointerBytes).bytes();
        image[0] = (byte) first;
        return image;
    }
}
