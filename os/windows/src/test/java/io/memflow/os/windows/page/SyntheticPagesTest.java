package io.memflow.os.windows.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.ProcessInfo;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.process.ProcessReaders;
import io.memflow.os.windows.process.ProcessRows;
import io.memflow.os.windows.process.WindowsProcess;
import io.memflow.os.windows.synthetic.PageStates;
import io.memflow.os.windows.synthetic.SyntheticPage;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages of synthetic processes are where their entries were made to say, and read as far as they are in memory. */
class SyntheticPagesTest {
    private static final int PAGE_BYTES = 4096;

    @ParameterizedTest
    @EnumSource
    void syntheticPagesAreWhereTheirEntriesSay(TestedBuild build) {
        try (SyntheticWindows machine =
                build.builder().pageStates(PageStates.MIXED).build()) {
            ProcessReaders readers = ProcessReaders.of(machine.kernel());
            ProcessRows rows = new ProcessRows(readers);
            int seen = 0;
            for (SyntheticProcess truth : machine.processes()) {
                if (truth.pages().isEmpty()) {
                    continue;
                }
                ProcessInfo row = rows.process((int) truth.id()).orElseThrow();
                WindowsProcess process = new WindowsProcess(row, readers);
                for (SyntheticPage page : truth.pages()) {
                    compare(machine, process, page);
                    seen++;
                }
            }
            assertThat(seen).isPositive();
        }
    }

    private static void compare(SyntheticWindows machine, WindowsProcess process, SyntheticPage page) {
        PageRow row = process.pages(new AddressRange(page.address(), PAGE_BYTES))
                .rows()
                .getFirst();
        PageContent content = row.run().content();
        switch (page.state()) {
            case VALID -> inMemory(machine, process, page, content, PageSource.PAGE_TABLE);
            case TRANSITION -> inMemory(machine, process, page, content, PageSource.TRANSITION);
            case PROTOTYPE -> inMemory(machine, process, page, content, PageSource.PROTOTYPE);
            case DEMAND_ZERO -> missing(process, page, content, Fault.NEVER_TOUCHED);
            case PROTOTYPE_OF_REGION -> missing(process, page, content, Fault.FILE_PAGE_ABSENT);
            case PAGE_FILE -> {
                missing(process, page, content, Fault.SWAPPED_OUT);
                assertThat(((PageContent.Missing) content).why())
                        .isEqualTo("page 0x%x of page file %d".formatted(page.pageFilePage(), page.pageFile()));
            }
        }
    }

    private static void inMemory(
            SyntheticWindows machine,
            WindowsProcess process,
            SyntheticPage page,
            PageContent content,
            PageSource source) {
        assertThat(content).isEqualTo(new PageContent.InMemory(source, page.frame()));
        assertThat(process.memory().readBytes(page.address(), PAGE_BYTES))
                .isEqualTo(machine.memory().readBytes(page.frame(), PAGE_BYTES));
    }

    private static void missing(WindowsProcess process, SyntheticPage page, PageContent content, Fault cause) {
        assertThat(content).isInstanceOf(PageContent.Missing.class);
        assertThat(((PageContent.Missing) content).cause()).isEqualTo(cause);
        Assertions.assertThatThrownBy(() -> process.memory().readByte(page.address()))
                .isInstanceOf(MemoryAccessException.class);
    }
}
