package io.memflow.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.output.Palette;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.guest.PlantedProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TourTest {
    private static final List<PlantedProcess> PLANTED = List.of(
            new PlantedProcess("keeper", 1000, List.of("/bin/keeper", "--door"), List.of("SECRET=s3cret")),
            new PlantedProcess("clerk", 1000, List.of("/bin/clerk"), List.of()));

    private final StringWriter out = new StringWriter();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static FakeTarget guest() {
        return new FakeTarget()
                .process(89, "keeper", "/bin/keeper", "--door")
                .process(90, "clerk", "/bin/clerk")
                .add(new ModuleInfo(1L, "loop", 0xffffffffc0000000L, 4096L, FakeTarget.WHOLE))
                .add(new MemoryRegion(0x400000, 0x401000, "r-xp", 0, "/bin/keeper", 1, FakeTarget.WHOLE))
                .variable("SECRET", "s3cret");
    }

    private ExitStatus show(FakeTarget target) throws IOException {
        ChainStep step = new ChainStep(ChainStep.Kind.CONNECTOR, "fake", PluginArguments.NONE);
        Diagnostics diagnostics = new Diagnostics(new PrintStream(err, true, StandardCharsets.UTF_8));
        Tour tour = new Tour(out, Palette.PLAIN, new Stages());
        try (OperatingSystem system = tour.find(() -> target.inventory().build(List.of(step)))) {
            return tour.show(system, PLANTED, List.of("loop"), diagnostics);
        }
    }

    @Test
    void showsAllAndFindsWhatWasPlanted() throws IOException {
        assertThat(show(guest())).isEqualTo(ExitStatus.COMPLETE);
        assertThat(out.toString())
                .contains("2 processes, of which 2 run user code")
                .contains("1 kernel modules")
                .contains("Memory regions of process 89 (keeper)")
                .contains("SECRET=s3cret\n")
                .contains("All as it was planted: 2 processes");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void failsWhenSomethingPlantedIsNotFound() throws IOException {
        FakeTarget wrong = new FakeTarget()
                .process(89, "keeper", "/bin/keeper", "--window")
                .process(90, "clerk", "/bin/clerk")
                .variable("SECRET", "other");
        assertThat(show(wrong)).isEqualTo(ExitStatus.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("process keeper, module loop, the memory regions of keeper, the environment of keeper");
        assertThat(out.toString()).doesNotContain("All as it was planted");
    }

    @Test
    void failsWhenThePlantedProcessIsGone() throws IOException {
        assertThat(show(new FakeTarget())).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void saysWhenPartsCouldNotBeRead() throws IOException {
        assertThat(show(guest().missing("task list", "changed while it was read")))
                .isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Some parts could not be read");
    }
}
