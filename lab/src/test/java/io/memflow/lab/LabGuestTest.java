package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("guest")
class LabGuestTest {
    /** Debian's cloud kernels have 87,000 symbols and more; far fewer means that the guest hid or lost them. */
    private static final int FEWEST_SYMBOLS = 40_000;

    @TempDir
    Path folder;

    @Test
    void aGuestTellsTheTruthAboutItself() throws Exception {
        try (LabGuest guest = LabGuest.boot(LabKernel.V6_1, LabGuestTest::say)) {
            GroundTruth truth = guest.truth();

            assertThat(truth.version()).contains(guest.kernel().release());
            assertThat(truth.symbols()).hasSizeGreaterThan(FEWEST_SYMBOLS);
            assertThat(truth.modules()).extracting(ModuleTruth::name).contains("dummy", "loop", "veth");
            assertThat(truth.process(GroundTruth.PRINTER_PID))
                    .hasValueSatisfying(
                            printer -> assertThat(printer.stat().comm()).isEqualTo("truth"));
            assertThat(truth.named("quilter").getFirst().maps()).hasSizeGreaterThan(600);
            assertThat(truth.named("weaver").getFirst().threads())
                    .extracting(thread -> thread.stat().comm())
                    .containsExactly("weaver", "warp", "weft", "shuttle 3", "fifteen-letters");
            assertThat(truth.named("tenant").getFirst().uids()).containsExactly(1001, 1002, 1003, 1002);
            assertThat(truth.named("statue").getFirst().stat().state()).isEqualTo('T');
            assertThat(truth.named("headless").getFirst().stat().state()).isEqualTo('Z');
            assertThat(truth.named("odd) S 1 (name")).hasSize(1);
            assertThat(truth.threads())
                    .filteredOn(thread -> truth.isStable(new TaskId(thread.pid(), thread.tid())))
                    .hasSizeGreaterThan(truth.processes().size() / 2);
        }
    }

    @Test
    void plantedTextsStandAtTheirFramesInTheRawImage() throws Exception {
        Path image = folder.resolve("ram.raw");
        try (LabGuest guest = LabGuest.boot(LabKernel.V6_1, LabGuestTest::say)) {
            guest.guest().saveRaw(image);
            byte[] ram = Files.readAllBytes(image);
            GroundTruth truth = guest.truth();

            for (PlantedFact fact : truth.planted()) {
                // The headless process has memory, but procfs shows it for the threads only that are left.
                if (fact.kind().equals("text") && !fact.role().equals("headless")) {
                    assertThat(text(ram, truth, fact)).as(fact.toString()).isEqualTo(fact.text());
                }
            }
        }
    }

    @Test
    void nothingIsLeftOfAClosedGuest() throws Exception {
        LabGuest guest = LabGuest.boot(LabKernel.V6_1, LabGuestTest::say);
        long pid = guest.guest().pid();
        Set<Path> files = Set.of(
                guest.guest().debugPort().orElseThrow(),
                guest.guest().monitorSocket().orElseThrow());
        assertThat(ProcessHandle.of(pid)).isPresent();

        guest.close();
        guest.close();

        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(files).allSatisfy(file -> assertThat(file).doesNotExist());
    }

    private static void say(String line) {
        System.out.println(line);
    }

    /** The bytes of a planted text, put together from the page frames the guest named. */
    private static String text(byte[] ram, GroundTruth truth, PlantedFact fact) {
        StringBuilder text = new StringBuilder();
        for (long address = fact.address(); address < fact.address() + fact.length(); address++) {
            long page = address & -4096;
            FrameTruth frame = truth.frames().stream()
                    .filter(candidate -> candidate.pid() == fact.pid() && candidate.address() == page)
                    .findFirst()
                    .orElseThrow();
            text.append((char) ram[Math.toIntExact(frame.frame() * 4096 + (address - page))]);
        }
        return text.toString();
    }
}
