package io.memflow.os.windows.page;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.translate.TableEntries;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.TestedMachine;
import io.memflow.os.windows.process.ProcessChoices;
import io.memflow.os.windows.process.ProcessReaders;
import io.memflow.os.windows.process.ProcessRows;
import io.memflow.os.windows.process.WindowsProcess;
import io.memflow.os.windows.synthetic.PageStates;
import io.memflow.os.windows.synthetic.SyntheticPage;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages of synthetic processes are where their entries were made to say, and read as far as they are in memory. */
class SyntheticPagesTest {
    private static final int PAGE_BYTES = 4096;

    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticPagesAreWhereTheirEntriesSay(TestedMachine build) {
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

    /** Bit 45, as on processors of 46 bits. */
    private static final long ABOVE_MEMORY = 1L << 45;

    @ParameterizedTest
    @EnumSource(names = {"TEN_X64", "ELEVEN"})
    void bitsThatKeepProcessorsAwayAreLearnedFromSyntheticPagesAndTakenOff(TestedBuild build) {
        try (SyntheticWindows machine = build.builder()
                .pageStates(PageStates.MIXED)
                .invalidMask(ABOVE_MEMORY)
                .build()) {
            ProcessReaders readers = ProcessReaders.of(machine.kernel());
            for (SyntheticProcess truth : machine.processes()) {
                for (SyntheticPage page : truth.pages()) {
                    compare(machine, process(readers, truth), page);
                }
            }
        }
    }

    /** Where fewer pages than are needed show the bits, none is read in a wrong place. */
    @Test
    void whereNoSyntheticPageShowsTheBitsAPlaceInAPageFileIsNotClaimed() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64
                .builder()
                .pageStates(PageStates.MIXED)
                .invalidMask(ABOVE_MEMORY)
                .build()) {
            SyntheticProcess truth = machine.processes().stream()
                    .filter(process -> !process.pages().isEmpty())
                    .findFirst()
                    .orElseThrow();
            VirtualMemory space = machine.kernel().processMemory(truth.root());
            TableEntries tables =
                    new TableEntries(space.physical(), space.space().lower());
            EntryFormat format = EntryFormat.of(machine.kernel());
            SyntheticPage paged = page(truth, SyntheticPage.State.PAGE_FILE);
            MemoryMap memory = machine.memory().map();
            assertThat(InvalidMask.learn(tables, List.of(), format, memory)).isEmpty();
            assertThat(format.ofMixed(paged.entry(), InvalidMask.inMemory(memory)))
                    .isInstanceOf(SoftwareEntry.Unclear.class);
            SyntheticPage shared = page(truth, SyntheticPage.State.PROTOTYPE);
            assertThat(format.ofMixed(shared.entry(), InvalidMask.inMemory(memory)))
                    .isInstanceOf(SoftwareEntry.PrototypeOfRegion.class);
        }
    }

    private static SyntheticPage page(SyntheticProcess truth, SyntheticPage.State state) {
        return truth.pages().stream()
                .filter(page -> page.state() == state)
                .findFirst()
                .orElseThrow();
    }

    private static WindowsProcess process(ProcessReaders readers, SyntheticProcess truth) {
        ProcessInfo row = new ProcessRows(readers).process((int) truth.id()).orElseThrow();
        return new WindowsProcess(row, readers);
    }

    @ParameterizedTest
    @EnumSource
    void syntheticPagesInAPageFileAreReadFromIt(TestedBuild build, @TempDir Path folder) throws IOException {
        try (SyntheticWindows machine =
                build.builder().pageStates(PageStates.MIXED).build()) {
            SyntheticProcess truth = machine.processes().stream()
                    .filter(process -> !process.pages().isEmpty())
                    .findFirst()
                    .orElseThrow();
            SyntheticPage page = page(truth, SyntheticPage.State.PAGE_FILE);
            byte[] bytes = new byte[PAGE_BYTES];
            new Random(5).nextBytes(bytes);
            Path file = folder.resolve("pagefile.sys");
            try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
                channel.write(ByteBuffer.wrap(bytes), page.pageFilePage() * PAGE_BYTES);
            }
            PageFiles files = new PageFiles(List.of(PageFile.open(page.pageFile(), "pagefile1", file.toString())));
            WindowsProcess process = process(ProcessReaders.of(machine.kernel(), reading(files)), truth);
            assertThat(process.memory().readBytes(page.address(), PAGE_BYTES)).isEqualTo(bytes);
            assertThat(process.memory().readBytes(page.address() + 100, 200))
                    .isEqualTo(Arrays.copyOfRange(bytes, 100, 300));
            assertThat(process.pages(new AddressRange(page.address(), PAGE_BYTES))
                            .rows()
                            .getFirst()
                            .run()
                            .content())
                    .isEqualTo(new PageContent.Packed(
                            PageSource.PAGE_FILE,
                            "page 0x%x of page file %d".formatted(page.pageFilePage(), page.pageFile())));
            // A file that ends before the page, and one of another number.
            Path cut = Files.write(folder.resolve("cut.sys"), bytes);
            for (PageFile other : List.of(
                    PageFile.open(page.pageFile(), "pagefile1", cut.toString()),
                    PageFile.open(page.pageFile() + 1, "pagefile2", file.toString()))) {
                PageFiles wrong = new PageFiles(List.of(other));
                WindowsProcess without = process(ProcessReaders.of(machine.kernel(), reading(wrong)), truth);
                Assertions.assertThatThrownBy(() -> without.memory().readByte(page.address()))
                        .isInstanceOfSatisfying(
                                MemoryAccessException.class,
                                failed -> assertThat(failed.fault()).isEqualTo(Fault.SWAPPED_OUT));
            }
        }
    }

    private static ProcessChoices reading(PageFiles files) {
        return new ProcessChoices(files, ProcessChoices.Search.WHEN_DAMAGED);
    }

    @Test
    void aPageFileThatCannotBeReadIsRefusedByItsArgument(@TempDir Path folder) throws IOException {
        Path empty = Files.write(folder.resolve("empty"), new byte[0]);
        for (String path : List.of(empty.toString(), folder.resolve("none").toString(), folder.toString(), "\0")) {
            Assertions.assertThatThrownBy(() -> PageFile.open(0, "pagefile", path))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("Argument pagefile")
                    .hasMessageContaining("pagefile.sys");
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
            case PROTOTYPE, PROTOTYPE_OF_NEXT_PART -> inMemory(machine, process, page, content, PageSource.PROTOTYPE);
            case DEMAND_ZERO -> missing(process, page, content, Fault.NEVER_TOUCHED);
            case PROTOTYPE_OF_REGION -> missing(process, page, content, Fault.FILE_PAGE_ABSENT);
            case PAGE_FILE -> {
                missing(process, page, content, Fault.SWAPPED_OUT);
                assertThat(((PageContent.Missing) content).why())
                        .isEqualTo("page 0x%x of page file %d%s"
                                .formatted(
                                        page.pageFilePage(),
                                        page.pageFile(),
                                        page.pageFile() < 2 ? "" : ", which may be the compressed store"));
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
