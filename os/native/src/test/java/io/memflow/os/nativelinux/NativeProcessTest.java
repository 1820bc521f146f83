package io.memflow.os.nativelinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PageContent;
import io.memflow.core.os.Credentials;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.plugin.PluginArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is listed of a child whose facts this test knows, since it started it. */
@EnabledOnOs(OS.LINUX)
class NativeProcessTest {
    @TempDir
    private static Path directory;

    private static PlantedChild child;
    private static OperatingSystem system;

    @BeforeAll
    static void start() throws IOException {
        child = PlantedChild.start(directory, "one", "two words", "");
        system = new NativeProvider().open(PluginArguments.NONE);
    }

    @AfterAll
    static void end() {
        child.close();
        system.close();
    }

    private static TargetProcess process() {
        return system.process(child.pid()).orElseThrow();
    }

    @Test
    void rowSaysWhatTheJdkSays() throws IOException {
        ProcessInfo row = process().info();
        ProcessHandle.Info truth = child.handle().info();
        assertThat(row.parentPid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(row.kind()).isEqualTo(ProcessInfo.Kind.USER);
        assertThat(row.name()).isEqualTo("java");
        assertThat(row.path()).isEqualTo(truth.command().orElseThrow());
        assertThat(row.arguments()).endsWith("one", "two words", "");
        // The JDK leaves out an empty argument at the end.
        assertThat(row.arguments().subList(1, row.arguments().size() - 1))
                .isEqualTo(List.of(truth.arguments().orElseThrow()));
        assertThat(Duration.between(truth.startInstant().orElseThrow(), row.startTime())
                        .abs())
                .isLessThan(Duration.ofSeconds(1));
        long uid = (Integer) Files.getAttribute(directory, "unix:uid");
        assertThat(row.credentials()).extracting(Credentials::effectiveUid).isEqualTo(uid);
        assertThat(row.address()).isNull();
        assertThat(row.dtb()).isNull();
        assertThat(row.provenance().isComplete()).isTrue();
        assertThat(row.provenance().sources()).containsExactly("proc");
    }

    @Test
    void threadsAreThoseOfTheProcess() {
        Listing<ThreadInfo> threads = process().threads();
        assertThat(threads.rows().getFirst().tid()).isEqualTo(child.pid());
        assertThat(threads.rows()).hasSizeGreaterThan(5).allMatch(thread -> thread.pid() == child.pid());
        assertThat(threads.rows()).extracting(ThreadInfo::name).contains("VM Thread");
        assertThat(threads.rows()).extracting(ThreadInfo::tid).doesNotHaveDuplicates();
    }

    @Test
    void environmentIsWhatItWasStartedWith() {
        assertThat(process().environment())
                .contains(new EnvironmentVariable(PlantedChild.VARIABLE, PlantedChild.VALUE));
    }

    @Test
    void placesAreTheDirectoryItWasStartedIn() {
        ProcessPlaces places = process().places().rows().getFirst();
        assertThat(places.currentDirectory()).isEqualTo(directory.toString());
        assertThat(places.root()).isEqualTo("/");
        assertThat(places.executable()).isEqualTo(process().info().path());
    }

    @Test
    void openFilesHaveTheirPlaceAccessAndPosition() throws IOException {
        Path file = directory.resolve("planted file");
        HandleInfo row = process().handles().rows().stream()
                .filter(handle -> file.toString().equals(handle.name()))
                .findFirst()
                .orElseThrow();
        assertThat(row.kind()).isEqualTo(HandleInfo.Kind.FILE);
        assertThat(row.access()).isEqualTo(HandleInfo.Access.READ_WRITE);
        assertThat(row.position()).isEqualTo(7);
        assertThat(row.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(process().handles().rows())
                .filteredOn(handle -> handle.value() <= 1)
                .extracting(HandleInfo::kind)
                .containsExactly(HandleInfo.Kind.PIPE, HandleInfo.Kind.PIPE);
        assertThat(system.handles().rows()).contains(row);
    }

    @Test
    void socketsHaveTheirHolder() {
        List<SocketInfo> sockets = process().sockets().rows();
        SocketInfo listening = sockets.stream()
                .filter(row -> row.state() == SocketInfo.State.LISTEN)
                .findFirst()
                .orElseThrow();
        assertThat(listening.protocol()).isEqualTo("tcp");
        assertThat(listening.local()).extracting(SocketInfo.Endpoint::port).isEqualTo(child.fact("port"));
        assertThat(Objects.requireNonNull(listening.local()).address()).endsWith("127.0.0.1");
        assertThat(listening.remote()).isNull();
        assertThat(listening.holders()).containsExactly(child.pid());
        assertThat(system.sockets().rows()).contains(listening);
    }

    @Test
    void detailsAreThoseOfThisTestForAChildInTheSamePlace() throws IOException {
        var own = system.process((int) ProcessHandle.current().pid())
                .orElseThrow()
                .details()
                .rows()
                .getFirst();
        var row = process().details().rows().getFirst();
        assertThat(row.namespaces()).isEqualTo(own.namespaces());
        assertThat(row.namespaces().keySet()).contains("mnt", "net", "pid", "user", "uts");
        assertThat(row.controlGroups()).isEqualTo(own.controlGroups());
        assertThat(row.capabilities()).isEqualTo(own.capabilities());
        assertThat(row.pids().getLast()).isPositive();
        assertThat(row.exitCode()).isNull();
        assertThat(process().mounts().rows())
                .hasSameSizeAs(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .anySatisfy(mount -> {
                    assertThat(mount.mountPoint()).isEqualTo("/proc");
                    assertThat(mount.type()).isEqualTo("proc");
                });
    }

    @Test
    void regionsHoldThePlantedMemoryAndTheMappedFile() {
        Listing<MemoryRegion> regions = process().regions();
        assertThat(regions.isComplete()).isTrue();
        MemoryRegion planted = holding(regions, child.fact("memory"));
        assertThat(planted.permissions()).isEqualTo("rw-p");
        MemoryRegion file = holding(regions, child.fact("file"));
        assertThat(file.file()).isEqualTo(directory.resolve("planted file").toString());
        assertThat(file.permissions()).startsWith("r--");
    }

    private static MemoryRegion holding(Listing<MemoryRegion> regions, long address) {
        return regions.rows().stream()
                .filter(region -> region.start() <= address && address < region.end())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void modulesAreTheProgramAndItsLibraries() {
        Listing<ModuleInfo> modules = process().modules();
        assertThat(modules.rows()).extracting(ModuleInfo::name).contains("java", "libjvm.so", "libc.so.6", "[vdso]");
        assertThat(modules.rows())
                .filteredOn(module -> module.name().equals("libjvm.so"))
                .allSatisfy(module -> assertThat(module.provenance().sources()).containsExactly("regions", "link-map"));
        TargetModule library = process().module("libjvm.so").orElseThrow();
        assertThat(library.export("JNI_CreateJavaVM")).isPresent();
        assertThat(library.sections().missing()).isEmpty();
        assertThat(library.sections().rows())
                .extracting(section -> section.name())
                .contains(".text", ".dynamic");
        assertThat(library.details().rows().getFirst().ownName()).isEqualTo("libjvm.so");
    }

    @Test
    void pagesOfPlantedMemoryArePresent() {
        AddressRange range = new AddressRange(child.fact("memory"), 16 * PlantedChild.PAGE);
        var pages = process().pages(range);
        boolean shown = pages.missing().isEmpty();
        long bytes = pages.rows().stream()
                .filter(row -> !shown || row.run().content() instanceof PageContent.InMemory)
                .mapToLong(row -> row.run().range().length())
                .sum();
        assertThat(bytes).isEqualTo(range.length());
        assertThat(process().pages(new AddressRange(0, PlantedChild.PAGE)).rows())
                .singleElement()
                .extracting(row -> row.run().content())
                .isInstanceOf(PageContent.Missing.class);
    }

    @Test
    void aRowOfAProcessThatEndedOpensNoOther() throws Exception {
        PlantedChild other = PlantedChild.start(directory);
        ProcessInfo row = system.process(other.pid()).orElseThrow().info();
        TargetProcess before = system.process(row);
        other.kill();
        assertThatThrownBy(() -> system.process(row))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("has ended");
        assertThat(system.process(other.pid())).isEmpty();
        assertThat(before.regions().missing())
                .singleElement()
                .satisfies(part -> assertThat(part.why()).isEqualTo("the process has ended"));
        assertThat(before.handles().rows()).isEmpty();
        assertThatThrownBy(before::environment).isInstanceOf(MemflowException.class);
    }

    @Test
    void aProcessOfTheSameIdThatStartedLaterIsNotTheSame() {
        ProcessInfo row = process().info();
        ProcessInfo earlier = new ProcessInfo(
                null,
                row.pid(),
                row.parentPid(),
                row.name(),
                row.kind(),
                row.state(),
                row.credentials(),
                row.threads(),
                row.path(),
                row.arguments(),
                Objects.requireNonNull(row.startTime()).minusSeconds(1),
                Objects.requireNonNull(row.startSinceBoot()).minusSeconds(1),
                null,
                row.provenance());
        assertThatThrownBy(() -> system.process(earlier)).isInstanceOf(MemflowException.class);
    }

    @Test
    void aKernelThreadHasNoMemoryAndSaysSo() {
        system.processes().rows().stream()
                .filter(row -> row.kind() == ProcessInfo.Kind.KERNEL)
                .findFirst()
                .ifPresent(row -> {
                    TargetProcess thread = system.process(row);
                    assertThat(row.arguments()).isEmpty();
                    assertThat(thread.regions().rows()).isEmpty();
                    assertThat(thread.environment()).isEmpty();
                    assertThatThrownBy(thread::memory).hasMessageContaining("kernel thread");
                });
    }

    @Test
    void refusesATargetAndUnknownWrites() {
        NativeProvider provider = new NativeProvider();
        assertThatThrownBy(() -> provider.open(PluginArguments.ofTarget("x"))).hasMessageContaining("no target");
        PluginArguments wrong = new PluginArguments(Optional.empty(), Map.of("writes", "yes"));
        assertThatThrownBy(() -> provider.open(wrong)).hasMessageContaining("none or allowed or forced");
    }
}
