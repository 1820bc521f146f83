package io.memflow.fuzz.seed;

import io.memflow.formats.kallsyms.AddressEncoding;
import io.memflow.formats.kallsyms.KernelImageBuilder;
import io.memflow.formats.kallsyms.TableOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Images that are hardly more than a symbol table, in each layout a kernel ever had. Stateless. */
final class KallsymsSeeds {
    private static final int IMAGE_BYTES = 8 << 10;
    /** More than the 256 names that one marker covers. */
    private static final int SYMBOLS = 300;

    private KallsymsSeeds() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("percpu", wide(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE_ABSOLUTE_PERCPU));
        seeds.put("sequence", wide(TableOrder.ADDRESSES_FIRST_WITH_SEQUENCE, AddressEncoding.RELATIVE));
        seeds.put("absolute", wide(TableOrder.ADDRESSES_FIRST, AddressEncoding.ABSOLUTE));
        seeds.put("last", wide(TableOrder.ADDRESSES_LAST, AddressEncoding.RELATIVE));
        seeds.put(
                "place-relative",
                marked(
                        builder(TableOrder.ADDRESSES_LAST, AddressEncoding.PLACE_RELATIVE)
                                .packed(),
                        0));
        seeds.put(
                "wide-markers",
                marked(
                        builder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE)
                                .markers(8),
                        0));
        seeds.put(
                "narrow",
                marked(
                        builder(TableOrder.ADDRESSES_FIRST, AddressEncoding.RELATIVE)
                                .pointers(4),
                        1));
        return seeds;
    }

    private static byte[] wide(TableOrder order, AddressEncoding encoding) {
        return marked(builder(order, encoding), 0);
    }

    private static KernelImageBuilder builder(TableOrder order, AddressEncoding encoding) {
        return new KernelImageBuilder(order, encoding).small(IMAGE_BYTES);
    }

    /** The first byte, of the junk before the table, tells the target how wide pointers are. */
    private static byte[] marked(KernelImageBuilder builder, int first) {
        byte[] image = builder.withSymbols(SYMBOLS).build();
        image[0] = (byte) first;
        return image;
    }
}
