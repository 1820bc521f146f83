package io.memflow.core.structure;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageRun;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.Provenance;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.VirtualMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists where the pages of a range of addresses are. Confined. */
public final class PageList {
    /** Rows of one list: more than a process of 4 GiB in scattered pages has. */
    private static final int MOST_ROWS = 1 << 20;

    private static final Provenance BY_TABLES = new Provenance(List.of("page-table"), List.of());

    private final VirtualMemory space;
    private final AbsentPages.Search search;
    private final List<PageRow> rows = new ArrayList<>();
    private final List<MissingPart> missing = new ArrayList<>();

    /**
     * @param space an address space as its page tables map it
     * @param search knows of pages that they do not map
     */
    public PageList(VirtualMemory space, AbsentPages.Search search) {
        this.space = space;
        this.search = search;
    }

    /** The rows, ascending; neighbours that are alike are one. */
    public Listing<PageRow> of(AddressRange range) {
        if (range.length() != 0) {
            space.walk(range.start(), range.end() - 1, PageTableWalk.Holes.REPORT, new Sink());
        }
        return new Listing<>(rows, missing);
    }

    private final class Sink implements MappingSink {
        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            return add(new PageRun(
                    new AddressRange(virtual, length), new PageContent.InMemory(PageSource.PAGE_TABLE, physical)));
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            if (cause != Fault.NOT_PRESENT) {
                return add(
                        new PageRun(new AddressRange(virtual, length), new PageContent.Missing(cause, cause.text())));
            }
            long done = 0;
            boolean goesOn = true;
            while (goesOn && done != length) {
                PageRun run = search.find(virtual + done, length - done);
                goesOn = add(run);
                done += run.range().length();
            }
            return goesOn;
        }
    }

    private boolean add(PageRun run) {
        if (rows.size() == MOST_ROWS) {
            missing.add(new MissingPart(
                    "pages from " + run.range(),
                    "one list holds at most " + MOST_ROWS + " rows; ask for a smaller range"));
            return false;
        }
        int last = rows.size() - 1;
        PageRun joined = last < 0 ? null : joined(rows.get(last).run(), run);
        if (joined == null) {
            rows.add(new PageRow(run, BY_TABLES));
        } else {
            rows.set(last, new PageRow(joined, BY_TABLES));
        }
        return true;
    }

    /** Two runs as one, when the second continues the first in every respect; null otherwise. */
    private static @Nullable PageRun joined(PageRun first, PageRun second) {
        long length = first.range().length();
        boolean follows = first.range().end() == second.range().start();
        boolean same = switch (first.content()) {
            case PageContent.InMemory page ->
                second.content().equals(new PageContent.InMemory(page.source(), page.physical() + length));
            case PageContent.Packed page -> second.content().equals(page);
            case PageContent.Missing gone -> second.content().equals(gone);
        };
        return follows && same
                ? new PageRun(
                        new AddressRange(
                                first.range().start(), length + second.range().length()),
                        first.content())
                : null;
    }
}
