package io.memflow.formats.synthetic;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the container of a program database: streams in blocks, none of them next to the one before. Stateless. */
public final class MsfStreams {
    private static final byte[] MAGIC =
            "Microsoft C/C++ MSF 7.00\r\n\u001aDS\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private MsfStreams() {}

    /** A file of these streams; null for one that is not there. */
    public static byte[] write(List<byte @Nullable []> streams, int blockBytes) {
        List<byte[]> blocks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            blocks.add(new byte[blockBytes]);
        }
        List<List<Integer>> places = new ArrayList<>();
        for (byte[] stream : streams) {
            places.add(new ArrayList<>());
            if (stream == null) {
                continue;
            }
            int count = (stream.length + blockBytes - 1) / blockBytes;
            // Backwards, so that no stream lies in one piece.
            for (int i = count - 1; i >= 0; i--) {
                byte[] block = new byte[blockBytes];
                System.arraycopy(
                        stream, i * blockBytes, block, 0, Math.min(blockBytes, stream.length - i * blockBytes));
                places.getLast().addFirst(blocks.size());
                blocks.add(block);
            }
        }
        byte[] directory = directory(streams, places);
        ByteBuffer map = ByteBuffer.allocate(blockBytes).order(ByteOrder.LITTLE_ENDIAN);
        int mapBlock = blocks.size();
        blocks.add(map.array());
        for (int at = 0; at < directory.length; at += blockBytes) {
            byte[] block = new byte[blockBytes];
            System.arraycopy(directory, at, block, 0, Math.min(blockBytes, directory.length - at));
            map.putInt(blocks.size());
            blocks.add(block);
        }
        ByteBuffer.wrap(blocks.getFirst())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putInt(blockBytes)
                .putInt(1)
                .putInt(blocks.size())
                .putInt(directory.length)
                .putInt(0)
                .putInt(mapBlock);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        blocks.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] directory(List<byte @Nullable []> streams, List<List<Integer>> places) {
        int count = places.stream().mapToInt(List::size).sum();
        ByteBuffer directory =
                ByteBuffer.allocate(4 * (1 + streams.size() + count)).order(ByteOrder.LITTLE_ENDIAN);
        directory.putInt(streams.size());
        streams.forEach(stream -> directory.putInt(stream == null ? -1 : stream.length));
        places.forEach(list -> list.forEach(directory::putInt));
        return directory.array();
    }
}
