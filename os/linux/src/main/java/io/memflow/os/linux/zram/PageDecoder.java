package io.memflow.os.linux.zram;

import io.memflow.formats.compression.Deflate;
import io.memflow.formats.compression.Lz4;
import io.memflow.formats.compression.Lzo;
import io.memflow.formats.compression.Zstd;
import java.util.Map;
import java.util.Optional;

/** Decodes one page by an algorithm that zram uses: drivers/block/zram/zcomp.c. */
interface PageDecoder {
    /**
     * The decoders, by the kernel's names; {@code 842} has none. Both LZO write what one decoder reads, both LZ4 write the same.
     */
    Map<String, PageDecoder> BY_NAME = Map.of(
            "lzo", Lzo::decode,
            "lzo-rle", Lzo::decode,
            "lz4", Lz4::decode,
            "lz4hc", Lz4::decode,
            "zstd", Zstd::decode,
            "deflate", Deflate::decode);

    /**
     * Decodes.
     *
     * @param page receives the bytes
     * @return bytes decoded
     * @throws io.memflow.core.error.MalformedDataException when it is damaged, or longer than a page
     */
    int decode(byte[] compressed, byte[] page);

    static Optional<PageDecoder> named(String algorithm) {
        return Optional.ofNullable(BY_NAME.get(algorithm));
    }
}
