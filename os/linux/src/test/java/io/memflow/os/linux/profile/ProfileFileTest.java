package io.memflow.os.linux.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileFileTest {
    private static final String MAP = "ffffffff81000000 T _text\nffffffff82000000 D linux_banner\n";
    private static final String ISF = """
            {"base_types": {"int": {"size": 4, "signed": true, "kind": "int"}},
             "user_types": {"pair": {"kind": "struct", "size": 8, "fields": {
               "second": {"offset": 4, "type": {"kind": "base", "name": "int"}}}}},
             "enums": {}, "symbols": {}}
            """;

    @TempDir
    Path folder;

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(out)) {
            stream.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void tellsFormatsByTheirContents() throws IOException {
        KernelProfile map = ProfileFile.read(file("any", ascii(MAP)));
        KernelProfile isf = ProfileFile.read(file("other", ascii(ISF)));

        assertThat(map.origin()).isEqualTo("System.map any");
        assertThat(map.symbols().address("_text")).hasValue(0xFFFF_FFFF_8100_0000L);
        assertThat(map.types()).isEmpty();
        assertThat(isf.types().orElseThrow().origin("pair", "second")).contains("isf other");
        assertThat(isf.types().orElseThrow().origin("pair", "first")).isEmpty();
    }

    @Test
    void expandsGzip() throws IOException {
        assertThat(ProfileFile.read(file("System.map.gz", gzip(ascii(MAP))))
                        .symbols()
                        .size())
                .isEqualTo(2);
    }

    @Test
    void refusesOtherCompressionWithTheRemedy() throws IOException {
        String xz = file("isf.json.xz", new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0, 0, 0});
        String zstd = file("isf.json.zst", new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, 0, 0, 0});

        assertThatThrownBy(() -> ProfileFile.read(xz))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("xz -dk");
        assertThatThrownBy(() -> ProfileFile.read(zstd))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("zstd -dk");
    }

    @Test
    void refusesWhatIsOfNoKnownFormat() throws IOException {
        String nonsense = file("nonsense", ascii("hello"));
        String empty = file("empty", new byte[0]);
        String cut = file("cut.gz", Arrays.copyOf(gzip(ascii(MAP)), 20));

        for (String name : new String[] {nonsense, empty, cut, folder.toString(), folder + "/none"}) {
            assertThatThrownBy(() -> ProfileFile.read(name))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageStartingWith("Argument symbols: ");
        }
    }
}
