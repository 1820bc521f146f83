package io.memflow.fuzz.seed;

import io.memflow.formats.compression.LzoWriter;
import io.memflow.formats.compression.Samples;
import java.util.LinkedHashMap;
import java.util.Map;

/** Compressed blocks: LZO by our own writer, the others by the programs of their projects. Stateless. */
final class CompressionSeeds {
    private CompressionSeeds() {}

    static Map<String, byte[]> lzo() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put(
                "runs",
                new LzoWriter()
                        .version(1)
                        .first("abcdefgh")
                        .middle(5, 300, "xy")
                        .zeros(40, "z")
                        .near(3, 1, "")
                        .run("0123456789abcdefghijklmnopqrst")
                        .end());
        seeds.put(
                "blocks",
                new LzoWriter()
                        .first("abc")
                        .small(3, 8, "")
                        .run("0123456789".repeat(210))
                        .near(2050, 2049, "x")
                        .near(1, 1, "")
                        .end());
        return seeds;
    }

    static Map<String, byte[]> lz4() {
        return samples("lines-9.lz4", "numbers-1.lz4");
    }

    static Map<String, byte[]> zstd() {
        return samples("lines-1.zst", "lines-19.zst", "numbers-3.zst");
    }

    private static Map<String, byte[]> samples(String... names) {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String name : names) {
            seeds.put(name, Samples.file(name));
        }
        return seeds;
    }
}
