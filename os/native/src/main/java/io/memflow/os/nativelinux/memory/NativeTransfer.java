package io.memflow.os.nativelinux.memory;

import io.memflow.core.async.Direction;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.host.process.HostMapping;
import io.memflow.host.transfer.ProcessTransfer;
import io.memflow.os.nativelinux.proc.Roots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that knows the regions of its process: what the kernel does not copy is tried through {@code /proc/PID/mem},
 * which does not mind how a page is protected, and what is in no region at all is skipped at once. Confined.
 */
final class NativeTransfer extends ProcessTransfer {
    private static final int READABLE = 0;
    private static final int WRITABLE = 1;

    private final Path file;
    private final int pid;
    private final RegionRows regions;
    private final Writes writes;
    /** As they were when the batch first met an obstacle; null until then. */
    private @Nullable List<HostMapping> known;

    NativeTransfer(int pid, Roots roots, Writes writes) {
        super(pid);
        this.pid = pid;
        this.writes = writes;
        file = roots.process(pid).resolve("mem");
        regions = new RegionRows(roots);
    }

    @Override
    public void end() {
        super.end();
        known = null;
    }

    @Override
    protected long refused(MemoryBatch batch, int request, long requestOffset, long remote, long ofPage, long length) {
        int next = firstEndingAbove(remote);
        List<HostMapping> all = mappings();
        HostMapping region = next < all.size() ? all.get(next) : null;
        if (region == null || Long.compareUnsigned(remote, region.start()) < 0) {
            long hole = region == null ? length : Math.min(length, region.start() - remote);
            batch.fault(request, requestOffset, hole, Fault.NO_REGION);
            return hole;
        }
        boolean forbidden = region.permissions().charAt(direction() == Direction.READ ? READABLE : WRITABLE) == '-';
        boolean mayForce = direction() == Direction.READ || writes == Writes.FORCED;
        if (!mayForce || !copy(batch, request, requestOffset, remote, ofPage)) {
            batch.fault(request, requestOffset, ofPage, cause(region, forbidden));
        }
        return ofPage;
    }

    private Fault cause(HostMapping region, boolean forbidden) {
        if (region.path().startsWith("[v") || region.path().startsWith("/dev/")) {
            return Fault.DEVICE_MEMORY;
        }
        if (forbidden) {
            return direction() == Direction.WRITE ? Fault.READ_ONLY : Fault.DENIED;
        }
        // The kernel copies all else that a region holds, but for what lies behind the end of its file.
        return region.inode() != 0 ? Fault.FILE_PAGE_ABSENT : Fault.INPUT_OUTPUT;
    }

    /** Copies bytes of one page, all of them or none. */
    private boolean copy(MemoryBatch batch, int request, long requestOffset, long remote, long length) {
        if (remote < 0) {
            // File offsets are signed, so the upper half cannot be named.
            return false;
        }
        boolean read = direction() == Direction.READ;
        ByteBuffer page = ByteBuffer.allocate((int) length);
        ByteBuffer buffer = batch.buffer(request)
                .asSlice(batch.bufferOffset(request) + requestOffset, length)
                .asByteBuffer();
        try (FileChannel memory = FileChannel.open(file, read ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            if (read) {
                boolean whole = memory.read(page, remote) == length;
                if (whole) {
                    buffer.put(page.flip());
                }
                return whole;
            }
            return memory.write(page.put(buffer).flip(), remote) == length;
        } catch (IOException refused) {
            return false;
        }
    }

    private int firstEndingAbove(long address) {
        List<HostMapping> all = mappings();
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(address, all.get(middle).end()) < 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private List<HostMapping> mappings() {
        List<HostMapping> all = known;
        if (all == null) {
            try {
                all = regions.mappings(pid);
            } catch (MemflowException endedOrRefused) {
                // Without regions nothing is known to be in one.
                all = List.of();
            }
            known = all;
        }
        return all;
    }
}
