package io.memflow.formats.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.Corruption;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other programs have compressed is decoded, and damage of it is refused. */
class OtherCompressionTest {
    /** A decoder of the package. */
    private interface Decoder {
        int decode(byte[] compressed, byte[] decoded);
    }

    private static void assertDecoded(Decoder decoder, byte[] compressed, byte[] contents) {
        byte[] decoded = new byte[contents.length];
        assertThat(decoder.decode(compressed, decoded)).isEqualTo(contents.length);
        assertThat(decoded).isEqualTo(contents);
        assertThatThrownBy(() -> decoder.decode(compressed, new byte[contents.length - 1]))
                .isInstanceOf(MalformedDataException.class);
    }

    private static void assertDamageIsRefused(Decoder decoder, byte[] compressed, int bytes) {
        byte[] decoded = new byte[bytes];
        Corruption.truncate(
                compressed, 400, 100, 1, cut -> decoder.decode(cut.toArray(ValueLayout.JAVA_BYTE), decoded));
        Corruption.mutate(compressed, 2000, 1, bad -> decoder.decode(bad.toArray(ValueLayout.JAVA_BYTE), decoded));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lines-1.zst", "lines-19.zst", "numbers-3.zst", "words-1.zst", "words-19.zst", "noise-3.zst"})
    void zstandardIsDecoded(String name) {
        assertDecoded(Zstd::decode, Samples.file(name), Samples.contents(name));
        assertDamageIsRefused(Zstd::decode, Samples.file(name), 4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines-1.lz4", "lines-9.lz4", "numbers-1.lz4", "words-9.lz4"})
    void lz4IsDecoded(String name) {
        assertDecoded(Lz4::decode, Samples.file(name), Samples.contents(name));
        assertDamageIsRefused(Lz4::decode, Samples.file(name), 4096);
    }

    @Test
    void deflateIsDecoded() {
        byte[] contents = Samples.lines();
        byte[] compressed = new byte[8192];
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(contents);
        deflater.finish();
        compressed = Arrays.copyOf(compressed, deflater.deflate(compressed));
        deflater.end();

        assertDecoded(Deflate::decode, compressed, contents);
        assertDamageIsRefused(Deflate::decode, compressed, 4096);
        byte[] longer = Arrays.copyOf(compressed, compressed.length + 1);
        assertThatThrownBy(() -> Deflate.decode(longer, new byte[4096])).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void aFrameThatNeedsADictionaryIsRefused() {
        byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x21, 7, 0, 1, 0, 0};

        assertThatThrownBy(() -> Zstd.decode(frame, new byte[4096]))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("the dictionary 7");
    }

    @Test
    void blocksThatAreNotCompressedAreDecoded() {
        byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x20, 5, 0x10, 0, 0, 'a', 'b', 0x1B, 0, 0, 'c'};

        assertDecoded(Zstd::decode, frame, new byte[] {'a', 'b', 'c', 'c', 'c'});
    }
}
