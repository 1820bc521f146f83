package io.memflow.os.windows.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.formats.filetime.FileTime;
import io.memflow.os.windows.TestedMachine;
import io.memflow.os.windows.process.ProcessReaders;
import io.memflow.os.windows.process.ProcessRows;
import io.memflow.os.windows.process.WindowsProcess;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticThread;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of threads of synthetic machines equal what they were built with. */
class SyntheticThreadRowsTest {
    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticThreadsAreListedWithAllTheirFields(TestedMachine build) {
        try (SyntheticWindows machine = build.builder().build()) {
            ProcessReaders readers = ProcessReaders.of(machine.kernel());
            ProcessRows rows = new ProcessRows(readers);
            for (SyntheticProcess truth : machine.processes()) {
                ProcessInfo row = rows.process((int) truth.id()).orElseThrow();
                Listing<ThreadInfo> threads = new WindowsProcess(row, readers).threads();
                assertThat(threads.missing()).isEmpty();
                assertThat(threads.rows())
                        .extracting(ThreadInfo::address)
                        .containsExactlyElementsOf(truth.threads().stream()
                                .map(SyntheticThread::address)
                                .toList());
                for (int i = 0; i < threads.rows().size(); i++) {
                    compare(threads.rows().get(i), truth.threads().get(i));
                }
            }
        }
    }

    private static void compare(ThreadInfo row, SyntheticThread truth) {
        assertThat(row.provenance().missing()).isEmpty();
        assertThat(row.tid()).isEqualTo((int) truth.id());
        ThreadInfo.Places places = Objects.requireNonNull(row.places());
        assertThat(places.block()).isEqualTo(truth.teb() == 0 ? null : (Long) truth.teb());
        assertThat(places.start()).isEqualTo(truth.startAddress() == 0 ? null : (Long) truth.startAddress());
        assertThat(places.entry()).isEqualTo(truth.win32StartAddress() == 0 ? null : (Long) truth.win32StartAddress());
        assertThat(places.kernelStack()).isEqualTo(new ThreadInfo.Stack(truth.stackLimit(), truth.stackBase()));
        assertThat(places.startTime()).isEqualTo(FileTime.instant(truth.createTime()));
        assertThat(row.state() == TaskState.DEAD).isEqualTo(truth.state() == 4);
        assertThat(places.exitTime()).isEqualTo(FileTime.instant(truth.exitTime()));
    }
}
