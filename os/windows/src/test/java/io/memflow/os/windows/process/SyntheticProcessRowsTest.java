package io.memflow.os.windows.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TaskState;
import io.memflow.formats.filetime.FileTime;
import io.memflow.os.windows.TestedMachine;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of processes of synthetic machines equal what they were built with. */
class SyntheticProcessRowsTest {
    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticProcessesAreListedWithAllTheirFields(TestedMachine build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Listing<ProcessInfo> rows = new ProcessRows(ProcessReaders.of(machine.kernel())).processes();

            assertThat(rows.missing()).isEmpty();
            assertThat(rows.rows())
                    .extracting(ProcessInfo::address)
                    .containsExactlyElementsOf(machine.processes().stream()
                            .map(SyntheticProcess::address)
                            .toList());
            for (int i = 0; i < rows.rows().size(); i++) {
                compare(rows.rows().get(i), machine.processes().get(i));
            }
        }
    }

    private static void compare(ProcessInfo row, SyntheticProcess truth) {
        assertThat(row.provenance().missing()).isEmpty();
        assertThat(row.pid()).isEqualTo((int) truth.id());
        assertThat(row.parentPid()).isEqualTo((int) truth.parentId());
        assertThat(Objects.requireNonNull(row.name()).toLowerCase(Locale.ROOT))
                .startsWith(truth.name().toLowerCase(Locale.ROOT));
        assertThat(row.path()).isEqualTo(truth.devicePath().isEmpty() ? null : truth.devicePath());
        assertThat(row.startTime()).isEqualTo(FileTime.instant(truth.createTime()));
        assertThat(row.state()).isEqualTo(truth.exitTime() == 0 ? TaskState.RUNNING : TaskState.ZOMBIE);
        assertThat(row.dtb()).isEqualTo(truth.root());
        boolean runs = truth.peb() != 0 && truth.exitTime() == 0;
        assertThat(row.arguments())
                .isEqualTo(runs ? CommandLine.split(truth.parameters().commandLine()) : List.of());
        if (truth.exitTime() == 0) {
            assertThat(row.threads()).isEqualTo(truth.threads().size());
        }
    }

    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticDetailsAndParametersAreThoseThatWereBuilt(TestedMachine build) {
        try (SyntheticWindows machine = build.builder().build()) {
            ProcessReaders readers = ProcessReaders.of(machine.kernel());
            for (ProcessInfo row : new ProcessRows(readers).processes().rows()) {
                SyntheticProcess truth = machine.processes().stream()
                        .filter(process -> process.address() == Objects.requireNonNull(row.address()))
                        .findFirst()
                        .orElseThrow();
                WindowsProcess process = new WindowsProcess(row, readers);
                ProcessDetails details = process.details().rows().getFirst();
                assertThat(details.provenance().missing()).isEmpty();
                ProcessDetails.Token token = Objects.requireNonNull(details.token());
                assertThat(token.user()).isEqualTo(truth.sid());
                assertThat(token.privileges())
                        .containsExactly(
                                new ProcessDetails.Privilege("SeDebugPrivilege", ProcessDetails.Privilege.Use.DISABLED),
                                new ProcessDetails.Privilege(
                                        "SeChangeNotifyPrivilege", ProcessDetails.Privilege.Use.ENABLED));
                assertThat(details.session()).isEqualTo(truth.session() < 0 ? null : (Long) (long) truth.session());
                assertThat(details.userDtb()).isEqualTo(truth.userRoot() == 0 ? null : (Long) truth.userRoot());
                assertThat(details.machine()).isEqualTo(truth.isWow64() ? "i386" : null);
                assertThat(details.exitTime()).isEqualTo(FileTime.instant(truth.exitTime()));
                assertThat(details.protection() != null).isEqualTo((truth.protection() & 7) != 0);
                if (row.kind() == ProcessInfo.Kind.USER && row.state() != TaskState.ZOMBIE) {
                    assertThat(process.environment())
                            .extracting(SyntheticProcessRowsTest::assignment)
                            .isEqualTo(truth.parameters().environment());
                    assertThat(process.places().rows().getFirst().currentDirectory())
                            .isEqualTo(truth.parameters().currentDirectory());
                }
            }
        }
    }

    private static String assignment(EnvironmentVariable variable) {
        return variable.name() + "=" + variable.value();
    }
}
