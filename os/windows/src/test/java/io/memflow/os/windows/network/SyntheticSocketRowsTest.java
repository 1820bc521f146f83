package io.memflow.os.windows.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.SocketInfo;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.Wounds;
import io.memflow.os.windows.process.AllProcesses;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.synthetic.SyntheticSocket;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets of synthetic machines equal what they were built with, by every published layout. */
class SyntheticSocketRowsTest {
    private static final long SEED = 77;

    /** Every build that layouts of sockets and of the kernel are published for, with each of its layouts of sockets. */
    static Stream<Arguments> layouts() {
        List<Arguments> all = new ArrayList<>();
        for (PublishedKernel row : PublishedKernels.all()) {
            WindowsArchitecture architecture =
                    row.architecture().equals("x64") ? WindowsArchitecture.X64 : WindowsArchitecture.X86_PAE;
            int count = PublishedSockets.of(row.architecture(), row.build()).size();
            for (int index = 0; index < count; index++) {
                all.add(Arguments.of(row, architecture, index));
            }
        }
        return all.stream();
    }

    private static List<Tuple> truth(SyntheticWindows machine) {
        return machine.objects().sockets().stream()
                .map(socket -> Tuple.tuple(
                        socket.address(),
                        socket.protocol(),
                        socket.family(),
                        socket.state(),
                        socket.local(),
                        socket.remote(),
                        List.of((int) socket.owner())))
                .toList();
    }

    private static void assertAll(SyntheticWindows machine, List<SocketInfo> rows) {
        assertThat(rows)
                .extracting(
                        SocketInfo::address,
                        SocketInfo::protocol,
                        SocketInfo::family,
                        SocketInfo::state,
                        SocketInfo::local,
                        SocketInfo::remote,
                        SocketInfo::holders)
                .containsExactlyInAnyOrderElementsOf(truth(machine));
    }

    @ParameterizedTest(name = "synthetic {0}, layout {2}")
    @MethodSource("layouts")
    void syntheticSocketsAreListedByEveryPublishedLayout(
            PublishedKernel row, WindowsArchitecture architecture, int layout) {
        try (SyntheticWindows machine = SyntheticWindows.builder(row, architecture, SEED)
                .socketVersion(layout)
                .build()) {
            assertThat(machine.objects().sockets()).hasSize(28);
            Listing<SocketInfo> sockets = new AllProcesses(machine.kernel()).sockets();
            assertAll(machine, sockets.rows());
            assertThat(sockets.rows())
                    .allSatisfy(
                            socket -> assertThat(socket.provenance().sources()).containsExactly("pool-scan"));
            assertThat(sockets.missing())
                    .singleElement()
                    .satisfies(part -> assertThat(part.why()).contains("may miss some"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBuildWithoutAPublishedLayoutSaysSo(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            if (!PublishedSockets.of(
                            kernel.architecture().table(), kernel.version().build())
                    .isEmpty()) {
                assertThat(machine.objects().sockets()).isNotEmpty();
                return;
            }
            Listing<SocketInfo> sockets = new AllProcesses(kernel).sockets();
            assertThat(sockets.rows()).isEmpty();
            assertThat(sockets.missing())
                    .extracting(MissingPart::why)
                    .anySatisfy(why -> assertThat(why)
                            .matches(
                                    "Sockets of Windows before Vista are not read.*|Where tcpip.sys keeps sockets is not"
                                            + " published for build (22000|19041) on .*"));
        }
    }

    @Test
    void theSocketsOfOneSyntheticProcessAreItsOwn() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            AllProcesses processes = new AllProcesses(machine.kernel());
            SyntheticSocket some = machine.objects().sockets().getLast();
            Listing<SocketInfo> own =
                    processes.process((int) some.owner()).orElseThrow().sockets();
            assertThat(own.rows())
                    .hasSize(7)
                    .allSatisfy(socket -> assertThat(socket.holders()).containsExactly((int) some.owner()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEVEN_X86", "SEVEN_X64", "EIGHT_ONE", "TEN_X64"})
    void aWoundedSyntheticSocketIsNoRowAndCostsNoOther(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            MemoryView memory = kernel.memory();
            PublishedSockets.Version version = PublishedSockets.of(
                            kernel.architecture().table(), kernel.version().build())
                    .getFirst();
            List<SyntheticSocket> connections = machine.objects().sockets().stream()
                    .filter(socket -> socket.remote() != null)
                    .toList();
            SocketLayout layout = version.layout(SocketKind.ENDPOINT);
            // One word each: a state that there is not, a foreign owner, no kind of addresses, an address that cannot
            // be read.
            memory.writeInt(connections.get(0).address() + layout.state(), 11);
            memory.writePointer(
                    connections.get(1).address() + layout.owner(),
                    kernel.image().base());
            memory.writePointer(connections.get(2).address() + layout.inetAf(), 0);
            long pair = memory.readPointer(connections.get(3).address() + layout.address());
            memory.writePointer(pair + layout.remote(), 0x1_0000);
            Listing<SocketInfo> sockets = new AllProcesses(kernel).sockets();
            List<Long> wounded = connections.subList(0, 4).stream()
                    .map(SyntheticSocket::address)
                    .toList();
            assertThat(sockets.rows())
                    .extracting(SocketInfo::address)
                    .doesNotContainAnyElementsOf(wounded)
                    .hasSize(machine.objects().sockets().size() - wounded.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEVEN_X86", "SEVEN_X64", "EIGHT_ONE", "TEN_X64"})
    void socketsInPagesThatAreMissingAreNotMadeUp(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            long page = machine.objects().sockets().getFirst().address();
            List<ProcessInfo> processes =
                    new AllProcesses(machine.kernel()).processes().rows();
            List<SocketInfo> rows = new SocketRows(Wounds.without(machine.kernel(), page))
                    .sockets(processes)
                    .rows();
            assertThat(rows).extracting(SocketInfo::address).doesNotContain(page);
            assertThat(machine.objects().sockets())
                    .extracting(SyntheticSocket::address)
                    .containsAll(rows.stream().map(SocketInfo::address).toList());
        }
    }

    @Test
    void whereTwoLayoutsAgreeAlikeAndDifferNoSyntheticSocketIsShown() {
        try (SyntheticWindows machine = TestedBuild.EIGHT_ONE.builder().build()) {
            MemoryView memory = machine.kernel().memory();
            List<Integer> ports = PublishedSockets.of("x64", 9600).stream()
                    .map(version -> version.layout(SocketKind.DATAGRAM).localPort())
                    .distinct()
                    .toList();
            assertThat(ports).hasSize(2);
            machine.objects().sockets().stream()
                    .filter(socket -> socket.protocol().equals("udp"))
                    .forEach(socket ->
                            ports.forEach(port -> memory.writeShort(socket.address() + port, (short) (port * 257))));
            Listing<SocketInfo> sockets = new AllProcesses(machine.kernel()).sockets();
            assertThat(sockets.rows()).extracting(SocketInfo::protocol).containsOnly("tcp");
            assertThat(sockets.missing()).extracting(MissingPart::what).contains("sockets (datagram)");
        }
    }

    @Test
    void everyLayoutNamesItsBuildsAndAllKinds() {
        assertThat(PublishedSockets.all()).hasSize(28).allSatisfy(version -> {
            assertThat(version.builds()).isNotEmpty();
            assertThat(version.kinds()).containsOnlyKeys(SocketKind.values());
        });
        assertThat(PublishedSockets.of("x64", 19045)).hasSize(1);
        assertThat(PublishedSockets.of("x64", 22000)).isEmpty();
        assertThat(PublishedSockets.of("arm64", 19041)).isEmpty();
    }

    @Test
    void aKernelBeforeVistaHasNoReader() {
        try (SyntheticWindows machine = TestedBuild.XP_SP3.builder().build()) {
            assertThatExceptionOfType(MemflowException.class)
                    .isThrownBy(() -> new SocketRows(machine.kernel()))
                    .withMessageContaining("before Vista");
        }
    }
}
