package io.memflow.os.windows.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessInfo;
import io.memflow.os.windows.TestedMachine;
import io.memflow.os.windows.process.ProcessReaders;
import io.memflow.os.windows.process.ProcessRows;
import io.memflow.os.windows.synthetic.SyntheticHandle;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Handles of synthetic machines equal what their tables were built with. */
class SyntheticHandleRowsTest {
    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticHandlesAreListedWithTypesAndNames(TestedMachine build) {
        try (SyntheticWindows machine = build.builder().build()) {
            HandleRows rows = new HandleRows(machine.kernel());
            ProcessRows processes = new ProcessRows(ProcessReaders.of(machine.kernel()));
            for (SyntheticProcess process : machine.processes()) {
                ProcessInfo row = processes.process((int) process.id()).orElseThrow();
                List<SyntheticHandle> truth = process.handles().stream()
                        .sorted(Comparator.comparingLong(SyntheticHandle::value))
                        .toList();
                Listing<HandleInfo> handles = rows.handles(row);
                assertThat(handles.missing()).isEmpty();
                assertThat(handles.rows()).hasSameSizeAs(truth);
                for (int i = 0; i < truth.size(); i++) {
                    compare(handles.rows().get(i), truth.get(i));
                }
            }
        }
    }

    private static void compare(HandleInfo row, SyntheticHandle truth) {
        assertThat(row.provenance().missing()).isEmpty();
        assertThat(row.value()).isEqualTo(truth.value());
        assertThat(row.address()).isEqualTo(truth.object());
        assertThat(row.type()).isEqualTo(truth.type());
        assertThat(row.flags()).isEqualTo((long) truth.access());
        // Processes and threads have no names as objects, but others that people know them by.
        if (truth.type().equals("Process") || truth.type().equals("Thread")) {
            assertThat(row.name()).isNotEmpty();
        } else {
            assertThat(row.name()).isEqualTo(truth.name().isEmpty() ? null : truth.name());
        }
    }
}
