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
    private static final int REFRESHES = 1000;
    /** Fewer would mean that nothing came and went while the lists were taken. */
    private static final int FEWEST_PASSERS_BY = 20;
    /** What the processes are called that come and go, before and after they become their program. */
    private static final Set<String> PASSERS_BY = Set.of("init", "busybox");

    @ParameterizedTest
    @EnumSource(names = {"V6_1", "V5_10"})
    void listsStayTrueWhileProcessesComeAndGo(LabKernel row) throws Exception {
        try (LabGuest lab = LabGuest.bootRestlessOrSkip(row)) {
            lab.guest().resume();
            Set<Integer> stable = lab.truth().processes().stream()
                    .map(ProcessTruth::pid)
                    .filter(pid -> lab.truth().isStable(new TaskId(pid, pid)))
                    .collect(Collectors.toSet());
            try (OperatingSystem mapped = Targets.running(lab)) {
                refresh(mapped, stable);
            }
            try (OperatingSystem copied = Targets.copied(lab)) {
                refresh(copied, stable);
            }
        }
    }

    private static void refresh(OperatingSystem system, Set<Integer> stable) {
        Set<Integer> passersBy = new HashSet<>();
        int withMissingParts = 0;
        System.out.println(system.physicalMemory().orElseThrow().description());
        for (int refresh = 0; refresh < REFRESHES; refresh++) {
            Listing<ProcessInfo> listing = system.processes();
            Set<Integer> pids = new HashSet<>();
            for (ProcessInfo process : listing.rows()) {
                assertThat(pids.add(process.pid()))
                        .as("%s listed once", process)
                        .isTrue();
                boolean known = stable.contains(process.pid())
                        || process.kind() == ProcessInfo.Kind.KERNEL
                        || PASSERS_BY.contains(process.name());
                assertThat(known).as("%s exists in the guest", process).isTrue();
            }
            withMissingParts += listing.missing().isEmpty() ? 0 : 1;
            assertThat(pids).as("refresh %d", refresh).containsAll(stable);
            pids.removeAll(stable);
            passersBy.addAll(pids);
        }
        System.out.printf(
                "%d refreshes, %d processes that came and went, %d lists that name something missing%n",
                REFRESHES, passersBy.size(), withMissingParts);
        assertThat(passersBy).hasSizeGreaterThan(FEWEST_PASSERS_BY);
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
