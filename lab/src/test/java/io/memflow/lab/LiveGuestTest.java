package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest is read while it runs: through a shared file, and through another process' memory. */
@Tag("guest")
class LiveGuestTest {
    private static final int REFRESHES = 300;

    @ParameterizedTest
    @EnumSource(names = {"V6_1", "V5_10"})
    void listsStayTrueWhileTheGuestRuns(LabKernel row) throws Exception {
        try (LabGuest lab = LabGuest.bootOrSkip(row)) {
            lab.guest().resume();
            Set<Integer> stable = lab.truth().processes().stream()
                    .map(ProcessTruth::pid)
                    .filter(pid -> lab.truth().isStable(new TaskId(pid, pid)))
                    .collect(Collectors.toSet());
            try (OperatingSystem system = Targets.running(lab)) {
                for (int refresh = 0; refresh < REFRESHES; refresh++) {
                    Listing<ProcessInfo> listing = system.processes();
                    Set<Integer> pids = new HashSet<>();
                    for (ProcessInfo process : listing.rows()) {
                        assertThat(pids.add(process.pid()))
                                .as("%s listed once", process)
                                .isTrue();
                    }
                    assertThat(listing.missing()).as("refresh %d", refresh).isEmpty();
                    assertThat(pids).as("refresh %d", refresh).containsAll(stable);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V6_1"})
    void aCounterInAProcessIsSeenToCount(LabKernel row) throws Exception {
        try (LabGuest lab = LabGuest.bootOrSkip(row)) {
            PlantedFact counter = lab.truth().planted().stream()
                    .filter(fact -> fact.kind().equals("counter"))
                    .findFirst()
                    .orElseThrow();
            try (OperatingSystem system = Targets.running(lab)) {
                TargetProcess process = system.process(counter.pid()).orElseThrow();
                long before = process.memory().readLong(counter.address());
                lab.guest().resume();
                long after = before;
                // The guest counts a hundred times a second; a test that never sees it would never end, so reads are
                // bounded.
                for (int read = 0; read < Integer.MAX_VALUE && after == before; read++) {
                    after = process.memory().readLong(counter.address());
                }
                assertThat(after).isGreaterThan(before);
            }
        }
    }
}
