package io.memflow.os.nativelinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.PluginArguments;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Lists of the whole machine against what the JDK and ps(1) say of it. */
@EnabledOnOs(OS.LINUX)
class NativeSystemTest {
    private final OperatingSystem system = new NativeProvider().open(PluginArguments.NONE);

    private static Set<Long> jdkPids() {
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    @Test
    void processesAreThoseTheJdkSees() {
        Set<Long> before = jdkPids();
        List<ProcessInfo> rows = system.processes().rows();
        Set<Long> after = jdkPids();
        Set<Long> listed = rows.stream().map(row -> (long) row.pid()).collect(Collectors.toSet());
        before.retainAll(after);
        assertThat(listed).containsAll(before);
        assertThat(rows).extracting(ProcessInfo::pid).isSorted();
    }

    @Test
    void parentsOwnersAndNamesAreThoseOfPs() throws Exception {
        Map<Integer, String[]> truth = new HashMap<>();
        Process ps = new ProcessBuilder("ps", "-eo", "pid=,ppid=,euid=,nlwp=,comm=").start();
        String text = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        text.lines().map(line -> line.strip().split(" +", 5)).forEach(f -> truth.put(Integer.valueOf(f[0]), f));
        int compared = 0;
        for (ProcessInfo row : system.processes().rows()) {
            String[] fields = truth.get(row.pid());
            // Kernel workers change their names, and others may have ended or run another program since.
            if (fields != null && row.kind() == ProcessInfo.Kind.USER && fields[4].equals(row.name())) {
                assertThat(row.parentPid()).isEqualTo(Integer.valueOf(fields[1]));
                assertThat(Objects.requireNonNull(row.credentials()).effectiveUid())
                        .isEqualTo(Long.valueOf(fields[2]));
                compared++;
            }
        }
        System.out.println(compared + " processes compared with ps");
        assertThat(compared).isPositive();
    }

    @Test
    void machineSaysWhatItsOwnFilesSay() throws IOException {
        MachineFacts facts = system.machine().rows().getFirst();
        assertThat(facts.release()).isEqualTo(System.getProperty("os.version"));
        assertThat(facts.processors())
                .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(facts.hostName())
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        assertThat(facts.bootTime()).isBefore(java.time.Instant.now());
        assertThat(system.info().version()).contains(facts.release());
        assertThat(system.info().dtb()).isNull();
        assertThat(system.info().paging()).isNull();
        assertThat(system.physicalMemory()).isEmpty();
        assertThat(system.discovery()).extracting(DiscoveryStep::name).contains("running kernel", "processes");
    }

    @Test
    void interfacesAreThoseTheJdkSees() throws IOException {
        Listing<InterfaceInfo> listing = system.interfaces();
        for (NetworkInterface truth : NetworkInterface.networkInterfaces().toList()) {
            InterfaceInfo row = listing.rows().stream()
                    .filter(found -> truth.getName().equals(found.name()))
                    .findFirst()
                    .orElseThrow();
            assertThat(row.index()).isEqualTo(truth.getIndex());
            assertThat(row.mtu()).isEqualTo(truth.getMTU());
            assertThat(row.isUp()).isEqualTo(truth.isUp());
            assertThat(row.addresses()).hasSameSizeAs(truth.getInterfaceAddresses());
        }
        assertThat(listing.rows())
                .filteredOn(row -> "lo".equals(row.name()))
                .allSatisfy(row -> assertThat(row.addresses()).contains("127.0.0.1/8"));
    }

    @Test
    void theLogIsReadWithoutWaitingOrRefusedWithAReason() {
        Listing<LogRecord> log = system.log();
        assertThat(log.rows().isEmpty()).isNotEqualTo(log.missing().isEmpty());
        assertThat(log.rows()).extracting(LogRecord::sequence).isSorted();
        log.missing().forEach(part -> assertThat(part.why()).containsAnyOf("root", "overwritten", "no"));
    }

    @Test
    void symbolsAreThereOrTheirAbsenceIsNamed() throws IOException {
        boolean shown = Files.readAllLines(Path.of("/proc/kallsyms")).stream()
                .anyMatch(line -> line.endsWith(" T _text") && !line.startsWith("0000000000000000"));
        assertThat(system.symbols().address("_text").isPresent()).isEqualTo(shown);
        assertThat(system.symbols().defects().isEmpty()).isEqualTo(shown);
        if (Files.exists(Path.of("/sys/kernel/btf/vmlinux"))) {
            assertThat(system.types().size("task_struct")).isPresent();
        }
    }

    @Test
    void whatTheKernelDoesNotShowIsNamed() {
        assertThat(system.bpfPrograms().missing().getFirst().why()).contains("bpf(2)");
        assertThat(system.bpfMaps().missing()).hasSize(1);
        assertThatThrownBy(system::kernelMemory).isInstanceOf(MemflowException.class);
    }

    @Test
    void isATargetOfThisMachine() {
        assertThat(new NativeProvider().targets())
                .singleElement()
                .extracting(AvailableTarget::target)
                .isEqualTo("");
    }
}
