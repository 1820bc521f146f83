package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.EnclosingSystem;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.plugin.Chain;
import io.memflow.core.plugin.ChainObserver;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.kernel.GuestKernel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A chain of two machines. The inner one is a real guest whose memory was saved; in the outer one, another real guest, a
 * process that passes for a QEMU holds exactly the pages that the inner guest had used. Through the outer guest's memory
 * the inner one shows what its own image shows.
 */
@Tag("guest")
class ChainTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int OUTER_MIB = 320;
    /** QEMU's window for devices and firmware below 1 MiB is left out of a layout that is derived. */
    private static final int LEGACY_START = 0xA_0000 / RamPages.PAGE;

    private static final int LEGACY_END = 0x10_0000 / RamPages.PAGE;

    @TempDir
    Path folder;

    @Test
    void theInnerMachineShowsThroughTheOuterOneWhatItsOwnImageShows() throws Exception {
        Path innerRaw = folder.resolve("inner.raw");
        Path pages = folder.resolve("machine.pages");
        RamPages used;
        GroundTruth truth;
        int innerMiB;
        try (LabGuest inner = LabGuest.bootOrSkip(LabKernel.V5_10)) {
            used = RamPages.of(inner);
            inner.guest().saveRaw(innerRaw);
            truth = inner.truth();
            innerMiB = inner.guest().configuration().memoryMiB();
        }
        used.write(innerRaw, pages);
        try (Guest outer = boot(pages, innerMiB)) {
            outer.await("MACHINE-READY", LIMIT);
            outer.pause();
            Path outerRaw = folder.resolve("outer.raw");
            outer.saveRaw(outerRaw);
            for (String source : List.of("dump:" + outerRaw, "qemu:" + outer.pid())) {
                compareBytes(source, innerRaw, used);
                compareRows(source, innerRaw, truth);
                refuseOthers(source);
            }
        }
    }

    /** A machine without a monitor: both ways have to derive its layout. */
    @Test
    void aChainOnThisMachinesOwnSystemShowsWhatTheConnectorShows() throws Exception {
        try (LabGuest guest = LabGuest.bootOrSkip(LabKernel.V6_12)) {
            String target = "qemu:" + guest.guest().pid();
            List<ChainStep> chain = List.of(
                    ChainParser.parse(ChainStep.Kind.OS, "native"),
                    ChainParser.parse(ChainStep.Kind.CONNECTOR, target),
                    ChainParser.parse(ChainStep.Kind.OS, "linux"));
            try (OperatingSystem direct =
                            Inventory.load().build(List.of(ChainParser.parse(ChainStep.Kind.CONNECTOR, target)));
                    OperatingSystem chained = Inventory.load().build(chain)) {
                PhysicalMemory one = direct.physicalMemory().orElseThrow();
                PhysicalMemory other = chained.physicalMemory().orElseThrow();
                assertThat(other.map().ranges()).isEqualTo(one.map().ranges());
                assertThat(chained.info()).isEqualTo(direct.info());
                assertThat(chained.processes()).isEqualTo(direct.processes());
                assertThat(chained.threads()).isEqualTo(direct.threads());
                assertThat(chained.modules()).isEqualTo(direct.modules());
                LinuxComparison.Result result = LinuxComparison.compare(chained, guest.truth());
                assertThat(result.differences()).isEmpty();
                System.out.printf("%s: all equal: %s%n", other.description(), result.compared());
            }
        }
    }

    private Guest boot(Path pages, int innerMiB) throws IOException {
        GuestKernel kernel = LabKernel.V6_1.source().resolve(System.out::println);
        String start =
                "/bin/qemu-system-x86_64 -name inner,debug-threads=on -machine q35,accel=tcg -m %dM -display none &\n"
                        .formatted(innerMiB);
        Path initramfs = Workload.outer(
                kernel,
                start,
                List.of(),
                Map.of(
                        "/bin/qemu-system-x86_64",
                        Workload.compiled("machine", GuestArchitecture.X86_64),
                        "/machine.pages",
                        pages));
        return Guest.boot(GuestConfiguration.of("lab-outer", kernel.image(), initramfs)
                .withCpu("max,la57=off")
                .withMemoryMiB(OUTER_MIB));
    }

    private static List<ChainStep> chain(String source, String inner) {
        return List.of(
                ChainParser.parse(ChainStep.Kind.CONNECTOR, source),
                ChainParser.parse(ChainStep.Kind.OS, "linux"),
                ChainParser.parse(ChainStep.Kind.CONNECTOR, inner),
                ChainParser.parse(ChainStep.Kind.OS, "linux"));
    }

    /** Every page that the inner guest used has its bytes, and every other says that it was never used. */
    private static void compareBytes(String source, Path innerRaw, RamPages used) throws IOException {
        byte[] image = Files.readAllBytes(innerRaw);
        Chain chain = new Chain(Inventory.load(), chain(source, "qemu:inner"));
        try (PhysicalMemory memory = chain.openMemory(ChainObserver.NONE)) {
            MemorySegment ours = MemorySegment.ofArray(new byte[image.length]);
            MemoryBatch batch = new MemoryBatch();
            for (int page = 0; page < used.count(); page++) {
                batch.add((long) page * RamPages.PAGE, ours, (long) page * RamPages.PAGE, RamPages.PAGE);
            }
            memory.read(batch);
            int[] counts = new int[2];
            int fault = 0;
            for (int page = 0; page < used.count(); page++) {
                Fault cause = Fault.NONE;
                if (fault < batch.faultCount() && batch.faultRequest(fault) == page) {
                    cause = batch.faultCause(fault++);
                }
                assertThat(cause).as("%s: page %d", source, page).isEqualTo(expected(used, page));
                counts[cause == Fault.NONE ? 0 : 1]++;
                long start = (long) page * RamPages.PAGE;
                if (cause == Fault.NONE) {
                    assertThat(ours.asSlice(start, RamPages.PAGE)
                                    .mismatch(MemorySegment.ofArray(image).asSlice(start, RamPages.PAGE)))
                            .as("%s: page %d", source, page)
                            .isEqualTo(-1);
                }
            }
            System.out.printf("%s: %d pages equal, %d not there%n", source, counts[0], counts[1]);
            assertThat(counts[1]).as("pages never used").isPositive();
        }
    }

    private static Fault expected(RamPages used, int page) {
        if (page >= LEGACY_START && page < LEGACY_END) {
            return Fault.OUTSIDE_PHYSICAL_MEMORY;
        }
        return used.used().get(page) ? Fault.NONE : Fault.NEVER_TOUCHED;
    }

    private static void compareRows(String source, Path innerRaw, GroundTruth truth) {
        try (OperatingSystem direct = Targets.image(innerRaw);
                OperatingSystem chained = Inventory.load().build(chain(source, "qemu:inner"))) {
            assertThat(chained.info()).isEqualTo(direct.info());
            assertThat(chained.processes()).isEqualTo(direct.processes());
            assertThat(chained.threads()).isEqualTo(direct.threads());
            assertThat(chained.modules()).isEqualTo(direct.modules());
            LinuxComparison.Result result = LinuxComparison.compare(chained, truth);
            assertThat(result.differences()).as(source).isEmpty();
            System.out.printf("%s, qemu:inner: all equal: %s%n", source, result.compared());
            OperatingSystem outer = chained.physicalMemory()
                    .flatMap(memory -> memory.capability(EnclosingSystem.class))
                    .orElseThrow()
                    .system();
            assertThat(outer.info().version()).startsWith("Linux version 6.1");
            assertThat(outer.processes().rows())
                    .extracting(ProcessInfo::name)
                    .contains("qemu-system-x86")
                    .doesNotContain("population");
        }
    }

    private static void refuseOthers(String source) {
        Inventory inventory = Inventory.load();
        assertThatThrownBy(() -> inventory.build(chain(source, "qemu:other")))
                .isInstanceOf(MemflowException.class)
                .hasMessageContainingAll("At step 3, \"-c qemu:other\"", "QEMU inner (pid ");
        assertThatThrownBy(() -> inventory.build(chain(source, "qemu:1"))).isInstanceOf(MemflowException.class);
    }
}
