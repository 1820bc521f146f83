package io.memflow.guest.kernel;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.host.HostCommand;
import io.memflow.guest.host.HostProgram;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A kernel packed as an EFI program that unpacks itself, which only firmware can start; QEMU's {@code -kernel} wants what
 * is inside. Source of the offsets: the kernel's drivers/firmware/efi/libstub/zboot-header.S.
 */
final class EfiZboot {
    private static final String FORMAT = "EFI zboot";
    private static final byte[] MAGIC = {'z', 'i', 'm', 'g'};
    private static final int MAGIC_OFFSET = 4;
    private static final int PAYLOAD_OFFSET = 8;
    private static final int PAYLOAD_SIZE = 12;
    private static final int COMPRESSION = 24;
    private static final int COMPRESSION_END = 56;
    private static final int HEADER = 64;

    private EfiZboot() {}

    /** Whether an image is packed this way. */
    static boolean isZboot(byte[] image) {
        return image.length >= HEADER
                && Arrays.equals(image, MAGIC_OFFSET, MAGIC_OFFSET + MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * Writes the kernel inside to a file.
     *
     * @param image what {@link #isZboot} recognises
     * @throws MalformedDataException when the image is cut off or packed in a way that is not known here
     * @throws MemflowException when {@code zstd} is needed and missing, or finds the content broken
     */
    static void unpack(byte[] image, Path target) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        long offset = Integer.toUnsignedLong(header.getInt(PAYLOAD_OFFSET));
        long size = Integer.toUnsignedLong(header.getInt(PAYLOAD_SIZE));
        if (offset + size > image.length) {
            throw new MalformedDataException(FORMAT, PAYLOAD_OFFSET, "the packed kernel reaches beyond the file");
        }
        byte[] payload = Arrays.copyOfRange(image, Math.toIntExact(offset), Math.toIntExact(offset + size));
        String compression = new String(image, COMPRESSION, COMPRESSION_END - COMPRESSION, StandardCharsets.US_ASCII);
        switch (compression.split("\0", 2)[0]) {
            case "gzip" -> unpackGzip(payload, target);
            case "zstd" -> unpackZstd(payload, target);
            default ->
                throw new MalformedDataException(
                        FORMAT, COMPRESSION, "its compression is neither gzip nor zstd, but " + compression.strip());
        }
    }

    private static void unpackGzip(byte[] payload, Path target) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(payload));
                OutputStream out = Files.newOutputStream(target)) {
            in.transferTo(out);
        }
    }

    private static void unpackZstd(byte[] payload, Path target) throws IOException {
        Path packed = target.resolveSibling(target.getFileName() + ".zst");
        Files.write(packed, payload);
        try {
            String zstd = HostProgram.ZSTD.require().toString();
            HostCommand.of(zstd, "-d", "-q", "-f", packed.toString(), "-o", target.toString())
                    .runOrFail();
        } finally {
            Files.delete(packed);
        }
    }
}
