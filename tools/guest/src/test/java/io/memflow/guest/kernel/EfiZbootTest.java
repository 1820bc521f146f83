package io.memflow.guest.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memflow.core.error.MalformedDataException;
import io.memflow.guest.host.HostCommand;
import io.memflow.guest.host.HostProgram;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EfiZbootTest {
    private static final byte[] KERNEL = "the kernel inside".repeat(100).getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @Test
    void unpacksGzip() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(KERNEL);
        }
        Path target = folder.resolve("Image");

        EfiZboot.unpack(zboot("gzip", packed.toByteArray()), target);

        assertThat(target).hasBinaryContent(KERNEL);
    }

    @Test
    void unpacksZstd() throws Exception {
        assumeTrue(HostProgram.ZSTD.find().isPresent(), "zstd is not installed");
        Path plain = Files.write(folder.resolve("plain"), KERNEL);
        HostCommand.of("zstd", "-q", plain.toString()).runOrFail();
        Path target = folder.resolve("Image");

        EfiZboot.unpack(zboot("zstd", Files.readAllBytes(folder.resolve("plain.zst"))), target);

        assertThat(target).hasBinaryContent(KERNEL);
        assertThat(folder.resolve("Image.zst")).doesNotExist();
    }

    @Test
    void recognisesOnlyItsOwnKind() {
        assertThat(EfiZboot.isZboot(zboot("gzip", new byte[0]))).isTrue();
        assertThat(EfiZboot.isZboot(new byte[4])).isFalse();
        assertThat(EfiZboot.isZboot(KERNEL)).isFalse();
    }

    @Test
    void refusesWhatItCannotUnpack() {
        Path target = folder.resolve("Image");
        byte[] sound = zboot("gzip", KERNEL);
        byte[] cut = Arrays.copyOf(sound, sound.length - 1);
        assertThatThrownBy(() -> EfiZboot.unpack(cut, target)).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> EfiZboot.unpack(zboot("lzo", KERNEL), target))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("lzo");
    }

    private static byte[] zboot(String compression, byte[] payload) {
        ByteBuffer image = ByteBuffer.allocate(64 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0, "MZ\0\0zimg".getBytes(StandardCharsets.US_ASCII));
        image.putInt(8, 64).putInt(12, payload.length);
        image.put(24, compression.getBytes(StandardCharsets.US_ASCII));
        image.put(64, payload);
        return image.array();
    }
}
