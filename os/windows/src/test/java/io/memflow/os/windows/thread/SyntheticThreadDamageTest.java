package io.memflow.os.windows.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.Wounds;
import io.memflow.os.windows.process.ProcessReaders;
import io.memflow.os.windows.process.ProcessRows;
import io.memflow.os.windows.process.WindowsProcess;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticThread;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads are on two lists each, so that a wound of one loses none. */
class SyntheticThreadDamageTest {
    private static final int THREADS = 6;

    private static Listing<ThreadInfo> list(WindowsKernel kernel, SyntheticProcess process) {
        ProcessReaders readers = ProcessReaders.of(kernel);
        ProcessInfo row = new ProcessRows(readers).process((int) process.id()).orElseThrow();
        return new WindowsProcess(row, readers).threads();
    }

    private static List<Long> addresses(SyntheticProcess process) {
        return process.threads().stream().map(SyntheticThread::address).toList();
    }

    @ParameterizedTest
    @EnumSource
    void aCutLinkOfASyntheticThreadListLosesNothing(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().threads(THREADS).build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticProcess process = machine.processes().get(1);
            KernelField links = kernel.field("_ETHREAD", "ThreadListEntry");
            Wounds.redirect(kernel, process.threads().get(2).address(), links, 0);
            Listing<ThreadInfo> threads = list(kernel, process);
            assertThat(threads.rows())
                    .extracting(ThreadInfo::address)
                    .containsExactlyInAnyOrderElementsOf(addresses(process));
            assertThat(threads.missing()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatWasTakenOffOneSyntheticListIsNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().threads(THREADS).build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticProcess process = machine.processes().get(1);
            SyntheticThread hidden = process.threads().get(3);
            Wounds.unlink(kernel, hidden.address(), kernel.field("_ETHREAD", "ThreadListEntry"));
            Listing<ThreadInfo> threads = list(kernel, process);
            assertThat(threads.rows())
                    .extracting(ThreadInfo::address)
                    .containsExactlyInAnyOrderElementsOf(addresses(process));
            assertThat(threads.missing())
                    .singleElement()
                    .satisfies(part -> assertThat(part.why()).startsWith("thread " + hidden.id() + " is not on it"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCycleInASyntheticThreadListEnds(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().threads(THREADS).build()) {
            WindowsKernel kernel = machine.kernel();
            SyntheticProcess process = machine.processes().get(1);
            KernelField links = kernel.field("_ETHREAD", "ThreadListEntry");
            Wounds.redirect(
                    kernel,
                    process.threads().get(3).address(),
                    links,
                    links.at(process.threads().get(1).address()));
            assertThat(list(kernel, process).rows())
                    .extracting(ThreadInfo::address)
                    .containsExactlyInAnyOrderElementsOf(addresses(process));
        }
    }
}
