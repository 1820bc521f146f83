package io.memflow.os.nativelinux.memory;

import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The bytes of a file by their offset, in whole pages of 4096 bytes. Opened for each batch, so that nothing stays open. Thread-safe.
 *
 * @param file a file that only ever is read
 */
record FileView(Path file) implements MemoryView {
    private static final int MOST_BYTES = 1 << 20;
    private static final int PAGE = 4096;

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.VIRTUAL, ByteOrder.nativeOrder(), Long.BYTES, Long.SIZE, ViewProperties.Access.READ_ONLY);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int request = 0; request < batch.size(); request++) {
                read(channel, batch, request);
                batch.finish(request);
            }
        } catch (IOException failed) {
            batch.restart();
            for (int request = 0; request < batch.size(); request++) {
                batch.fail(request, Fault.INPUT_OUTPUT);
            }
        }
    }

    private static void read(FileChannel channel, MemoryBatch batch, int request) throws IOException {
        long length = batch.length(request);
        long offset = batch.address(request);
        long done = 0;
        if (batch.upper() == 0 && offset >= 0) {
            done = transferred(channel, batch, request);
        }
        // As the kernel maps it, a file's last page goes on with zeros.
        long zeros = done == 0 ? 0 : Math.min(length - done, -(offset + done) & PAGE - 1);
        if (zeros > 0) {
            batch.buffer(request)
                    .asSlice(batch.bufferOffset(request) + done, zeros)
                    .fill((byte) 0);
            done += zeros;
        }
        if (done < length) {
            batch.fault(request, done, length - done, Fault.FILE_PAGE_ABSENT);
        }
    }

    /** Bytes read up to the file's end. */
    private static long transferred(FileChannel channel, MemoryBatch batch, int request) throws IOException {
        long length = batch.length(request);
        long done = 0;
        while (done < length) {
            int wanted = (int) Math.min(MOST_BYTES, length - done);
            ByteBuffer target = batch.buffer(request)
                    .asSlice(batch.bufferOffset(request) + done, wanted)
                    .asByteBuffer();
            int read = channel.read(target, batch.address(request) + done);
            if (read <= 0) {
                return done;
            }
            done += read;
        }
        return done;
    }
}
