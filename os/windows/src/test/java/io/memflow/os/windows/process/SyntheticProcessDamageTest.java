package io.memflow.os.windows.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.Wounds;
import io.memflow.os.windows.page.PageFiles;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One wound of a synthetic machine loses at most what it hit, and is named. */
class SyntheticProcessDamageTest {
    private static final int MIDDLE = 7;

    private static Listing<ProcessInfo> list(WindowsKernel kernel) {
        return new ProcessRows(ProcessReaders.of(kernel)).processes();
    }

    private static KernelField links(WindowsKernel kernel) {
        return kernel.field("_EPROCESS", "ActiveProcessLinks");
    }

    private static List<Long> addresses(SyntheticWindows machine) {
        return machine.processes().stream().map(SyntheticProcess::address).toList();
    }

    @ParameterizedTest
    @EnumSource
    void aCutLinkOfASyntheticListLosesNothing(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            Wounds.redirect(kernel, machine.processes().get(MIDDLE).address(), links(kernel), 0x1234_5678L);
            Listing<ProcessInfo> rows = list(kernel);
            assertThat(rows.rows())
                    .extracting(ProcessInfo::address)
                    .containsExactlyInAnyOrderElementsOf(addresses(machine));
            assertThat(rows.missing()).anyMatch(part -> part.what().equals("PsActiveProcessHead (next)"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCycleInASyntheticListEndsAndLosesNothing(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            KernelField links = links(kernel);
            Wounds.redirect(
                    kernel,
                    machine.processes().get(MIDDLE).address(),
                    links,
                    links.at(machine.processes().get(2).address()));
            Listing<ProcessInfo> rows = list(kernel);
            assertThat(rows.rows())
                    .extracting(ProcessInfo::address)
                    .containsExactlyInAnyOrderElementsOf(addresses(machine));
            assertThat(rows.missing()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnreadablePageOfASyntheticListLosesWhatIsOnItOnly(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            KernelField links = links(machine.kernel());
            long hit = links.at(machine.processes().get(MIDDLE).address());
            WindowsKernel kernel = Wounds.without(machine.kernel(), hit);
            Listing<ProcessInfo> rows = list(kernel);
            List<Long> elsewhere = addresses(machine).stream()
                    .filter(process -> !touches(process, hit, machine))
                    .toList();
            assertThat(rows.rows()).extracting(ProcessInfo::address).containsAll(elsewhere);
            assertThat(rows.missing()).isNotEmpty();
        }
    }

    private static boolean touches(long process, long hit, SyntheticWindows machine) {
        long last = process + machine.kernel().layout().size("_EPROCESS") - 1;
        return process >>> 12 <= hit >>> 12 && last >>> 12 >= hit >>> 12;
    }

    private static void assertIsFoundAndNamed(
            SyntheticProcess hidden, Listing<ProcessInfo> rows, SyntheticWindows machine) {
        assertThat(rows.rows())
                .extracting(ProcessInfo::address)
                .containsExactlyInAnyOrderElementsOf(addresses(machine));
        assertThat(rows.missing())
                .anyMatch(part ->
                        part.what().equals("PsActiveProcessHead") && part.why().startsWith("process " + hidden.id()));
    }

    @ParameterizedTest
    @EnumSource
    void aProcessThatWasTakenOffASyntheticListIsFoundAndNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticProcess hidden = machine.processes().get(MIDDLE);
            Wounds.unlink(kernel, hidden.address(), links(kernel));
            Listing<ProcessInfo> rows = list(kernel);
            assertIsFoundAndNamed(hidden, rows, machine);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyntheticProcessThatNothingLeadsToIsFoundByItsTagWhereThereIsDamage(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticProcess hidden = machine.processes().get(MIDDLE);
            hide(kernel, hidden);
            Wounds.redirect(kernel, machine.processes().get(3).address(), links(kernel), 0x1234_5678L);
            Listing<ProcessInfo> rows = list(kernel);
            assertThat(rows.rows())
                    .filteredOn(row -> row.pid() == hidden.id())
                    .singleElement()
                    .satisfies(row -> assertThat(row.provenance().sources()).containsExactly("pool-scan"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSyntheticProcessThatNothingLeadsToIsFoundAndNamedWhenAllMemoryIsSearched(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticProcess hidden = machine.processes().get(MIDDLE);
            hide(kernel, hidden);
            ProcessChoices choices = new ProcessChoices(PageFiles.NONE, ProcessChoices.Search.ALWAYS);
            Listing<ProcessInfo> rows = new ProcessRows(ProcessReaders.of(kernel, choices)).processes();
            assertIsFoundAndNamed(hidden, rows, machine);
        }
    }

    @Test
    void aChoiceOfWhenToSearchThatIsNoneIsRefused() {
        PluginArguments arguments = new PluginArguments(Optional.empty(), Map.of("search", "sometimes"));
        assertThatThrownBy(() -> ProcessChoices.of(arguments))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("sometimes")
                .hasMessageContaining("when-damaged and always");
    }

    /** Takes a process off all that leads to it. */
    private static void hide(WindowsKernel kernel, SyntheticProcess process) {
        Wounds.unlink(kernel, process.address(), links(kernel));
        if (process.objectTable() != 0) {
            Wounds.unlink(kernel, process.objectTable(), kernel.field("_HANDLE_TABLE", "HandleTableList"));
        }
        clearId(kernel, process.id());
    }

    /** Empties the entry of an id in the table of ids, of one page or of pages below one. */
    private static void clearId(WindowsKernel kernel, long id) {
        int word = kernel.pointerBytes();
        long code = kernel.field("_HANDLE_TABLE", "TableCode")
                .pointer(kernel.anchors().cidTable());
        long perPage = 4096 / (2 * word);
        long index = id / 4;
        long page = (code & 3) == 0 ? code : kernel.memory().readPointer((code & ~3L) + index / perPage * word);
        kernel.memory().writePointer(page + index % perPage * 2 * word, 0);
    }
}
