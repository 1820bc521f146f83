package io.memflow.os.nativelinux.memory;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageRun;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.Provenance;
import io.memflow.host.process.HostMapping;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of a process are, by its page map. Source: Documentation/admin-guide/mm/pagemap.rst. Thread-safe.
 *
 * @param roots where it is read from
 */
public record PageRows(Roots roots) {
    private static final Provenance FROM_PAGEMAP = new Provenance(List.of("pagemap"), List.of());
    private static final long PRESENT = 1L << 63;
    private static final long SWAPPED = 1L << 62;
    private static final long FRAME = (1L << 55) - 1;
    private static final int SWAP_TYPE_BITS = 5;
    /** Entries that are read at once. */
    private static final int MOST_ENTRIES = 1 << 14;
    /** {@code AT_PAGESZ} of include/uapi/linux/auxvec.h. */
    private static final int AT_PAGESZ = 6;

    /** The pages of a range, ascending, those that follow each other in one row. */
    public Listing<PageRow> pages(int pid, AddressRange range) {
        List<PageRow> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        long end = range.start() + range.length();
        long at = range.start();
        try (FileChannel map = open(roots.process(pid).resolve("pagemap"))) {
            Runs runs = new Runs(rows, pageSize());
            for (HostMapping region : new RegionRows(roots).mappings(pid)) {
                long first = Address.max(at, region.start());
                long last = Address.min(end, region.end());
                // Of the upper half there is no page map.
                if (Address.below(first, last) && last > 0) {
                    runs.hole(at, first);
                    runs.region(map, region, first, last);
                    at = last;
                }
            }
            runs.hole(at, end);
            runs.flush();
            if (runs.hidden) {
                missing.add(new MissingPart(
                        "physical addresses", "the kernel hides them; run as root or with CAP_SYS_ADMIN"));
            }
        } catch (IOException failed) {
            missing.add(new MissingPart("pagemap", String.valueOf(failed.getMessage())));
        }
        return new Listing<>(rows, missing);
    }

    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException refused) {
            // Asked again in a way that tells why.
            KernelFile.attributes(file, "mode");
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "%s could not be read: run as root or with CAP_SYS_PTRACE.".formatted(file),
                    refused);
        }
    }

    private int pageSize() {
        ByteBuffer auxiliary = ByteBuffer.wrap(KernelFile.bytes(roots.proc().resolve("self/auxv")))
                .order(ByteOrder.nativeOrder());
        while (auxiliary.remaining() >= 2 * Long.BYTES) {
            long key = auxiliary.getLong();
            long value = auxiliary.getLong();
            if (key == AT_PAGESZ) {
                return Math.toIntExact(value);
            }
        }
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "The kernel did not say how large its pages are (AT_PAGESZ).");
    }

    /** Joins pages to runs. Confined. */
    private static final class Runs {
        private final List<PageRow> rows;
        private final int page;
        private boolean hidden;
        private long start;
        private long length;
        private @Nullable PageContent content;

        Runs(List<PageRow> rows, int page) {
            this.rows = rows;
            this.page = page;
        }

        void hole(long from, long to) {
            if (Address.below(from, to)) {
                add(from, to - from, new PageContent.Missing(Fault.NO_REGION, "no region of the process holds it"));
            }
        }

        void region(FileChannel map, HostMapping region, long from, long to) throws IOException {
            ByteBuffer entries = ByteBuffer.allocate(MOST_ENTRIES * Long.BYTES).order(ByteOrder.nativeOrder());
            long at = from;
            while (Address.below(at, to)) {
                long firstPage = at / page;
                long pages = Math.min(MOST_ENTRIES, (to - 1) / page - firstPage + 1);
                entries.clear().limit((int) pages * Long.BYTES);
                if (map.read(entries, firstPage * Long.BYTES) != pages * Long.BYTES) {
                    throw new IOException("it ended at " + Address.format(at));
                }
                for (int i = 0; i < pages; i++) {
                    long next = Address.min((firstPage + i + 1) * page, to);
                    add(at, next - at, content(entries.getLong(i * Long.BYTES), at % page, region));
                    at = next;
                }
            }
        }

        private PageContent content(long entry, long inPage, HostMapping region) {
            if ((entry & PRESENT) != 0) {
                long frame = entry & FRAME;
                if (frame != 0) {
                    return new PageContent.InMemory(PageSource.PAGE_TABLE, frame * page + inPage);
                }
                hidden = true;
                return new PageContent.Missing(
                        Fault.DENIED, "it is in memory at a physical address that the kernel does not show");
            }
            if ((entry & SWAPPED) != 0) {
                long place = entry & FRAME;
                return new PageContent.Missing(
                        Fault.SWAPPED_OUT,
                        "swap device %d, page %d"
                                .formatted(place & ((1 << SWAP_TYPE_BITS) - 1), place >>> SWAP_TYPE_BITS));
            }
            return region.inode() == 0
                    ? new PageContent.Missing(Fault.NEVER_TOUCHED, "the process has not used it")
                    : new PageContent.Missing(
                            Fault.FILE_PAGE_ABSENT, "this process does not map it; its file may be in memory");
        }

        private void add(long from, long bytes, PageContent what) {
            boolean continues = content != null && start + length == from && follows(what);
            if (!continues) {
                flush();
                start = from;
                length = 0;
                content = what;
            }
            length += bytes;
        }

        private boolean follows(PageContent what) {
            if (content instanceof PageContent.InMemory before && what instanceof PageContent.InMemory next) {
                return before.physical() + length == next.physical();
            }
            return what.equals(content);
        }

        void flush() {
            if (content != null) {
                rows.add(new PageRow(new PageRun(new AddressRange(start, length), content), FROM_PAGEMAP));
                content = null;
            }
        }
    }
}
