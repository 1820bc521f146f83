package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.Main;
import io.memflow.core.os.OperatingSystem;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.GuestKernel;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real image with more than 300 processes, damaged in one way for each seed. Processes whose own structure was not hit
 * are all listed, nothing is invented, and the damage is named, by the program too. Prints a line for each kind of damage.
 * {@code -Dlab.heavy=true} takes a hundred seeds of each; {@code -Dlab.damage.image=FILE} an image that is there already, a
 * raw one from address 0, in place of a guest's.
 */
@Tag("guest")
class DamagedImageTest {
    private static final int SEEDS = Boolean.getBoolean("lab.heavy") ? 100 : 8;
    /** Every so many seeds the program itself is run. */
    private static final int PROGRAM_EVERY = 4;

    private static final int WORKERS = 300;
    private static final int MEMORY_MIB = 1024;
    /** Of processes that were not hit, when whole pages are damaged. */
    private static final double KEPT = 0.99;

    private static final int INCOMPLETE = 3;

    @TempDir
    Path folder;

    @Test
    void damageLosesOnlyWhatItHits() throws Exception {
        String given = System.getProperty("lab.damage.image");
        Path image = given == null ? boot() : Path.of(given);
        IntactImage intact;
        try (OperatingSystem system = Targets.image(image)) {
            intact = IntactImage.of(system);
        }
        assertThat(intact.processes()).hasSizeGreaterThan(WORKERS);
        List<String> failures = new ArrayList<>();
        Path copy = folder.resolve("damaged.raw");
        try (Arena arena = Arena.ofConfined();
                FileChannel from = FileChannel.open(image);
                FileChannel to = FileChannel.open(
                        copy, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            from.transferTo(0, from.size(), to);
            MemorySegment ram = to.map(FileChannel.MapMode.READ_WRITE, 0, to.size(), arena);
            failures.addAll(HiddenModules.failures(copy, ram, intact));
            for (ImageDamage.Kind kind : ImageDamage.Kind.values()) {
                seeds(kind, copy, ram, intact, failures);
            }
        }
        assertThat(failures).isEmpty();
    }

    private Path boot() throws Exception {
        Path image = folder.resolve("ram.raw");
        HostPackages.forLab().ensure(DamagedImageTest::say);
        GuestKernel kernel = LabKernel.V6_1.source().resolve(DamagedImageTest::say);
        GuestConfiguration large =
                LabKernel.V6_1.configuration(kernel, Workload.initramfs(kernel)).withMemoryMiB(MEMORY_MIB);
        try (LabGuest lab = LabGuest.boot(kernel, large, LabGuest.Symbols.LEFT_OUT, WORKERS, DamagedImageTest::say)) {
            lab.guest().saveRaw(image);
        }
        return image;
    }

    private static void seeds(
            ImageDamage.Kind kind, Path image, MemorySegment ram, IntactImage intact, List<String> failures) {
        List<DamageReading> readings = new ArrayList<>();
        for (int seed = 0; seed < kind.seeds(SEEDS, intact); seed++) {
            String what = kind + ", seed " + seed + ": ";
            try (ImageDamage damage = ImageDamage.of(kind, seed, ram, intact)) {
                DamageReading reading = DamageReading.of(image, damage, kind);
                readings.add(reading);
                judge(kind, reading, intact).forEach(failure -> failures.add(what + failure));
                if (seed % PROGRAM_EVERY == 0) {
                    program(kind, image, reading).forEach(failure -> failures.add(what + failure));
                }
            } catch (RuntimeException failed) {
                failures.add(what + failed);
            }
        }
        summary(kind, kind.seeds(SEEDS, intact), readings);
    }

    private static void summary(ImageDamage.Kind kind, int seeds, List<DamageReading> readings) {
        say(
                "%s: %d of %d seeds read, at least %.4f of the processes that were not hit; %d seeds lost modules that were not hit; opened and listed in %s, processor time %s"
                        .formatted(
                                kind,
                                readings.size(),
                                seeds,
                                readings.stream()
                                        .mapToDouble(DamageReading::kept)
                                        .min()
                                        .orElse(0),
                                readings.stream()
                                        .filter(reading ->
                                                !reading.lostModules().isEmpty())
                                        .count(),
                                spread(readings, DamageReading::time),
                                spread(readings, DamageReading::work)));
    }

    private static String spread(List<DamageReading> readings, Function<DamageReading, Duration> measured) {
        List<Duration> times = readings.stream().map(measured).sorted().toList();
        return times.isEmpty()
                ? "no time"
                : "%d ms (middle) to %d ms (most)"
                        .formatted(
                                times.get(times.size() / 2).toMillis(),
                                times.getLast().toMillis());
    }

    private static List<String> judge(ImageDamage.Kind kind, DamageReading reading, IntactImage intact) {
        List<String> failures = new ArrayList<>();
        if (reading.kept() < (kind == ImageDamage.Kind.LINK ? 1 : KEPT)) {
            failures.add("kept " + reading.kept() + ", missing " + reading.missing());
        }
        reading.invented().forEach(invented -> failures.add("invented " + invented));
        boolean lost = reading.processes() < intact.processes().size();
        if (reading.complete() && (lost || kind.isSurelyMet())) {
            failures.add("its damage is not named");
        }
        return failures;
    }

    /** The program ends with the status that tells whether something is missing, and names what. */
    private static List<String> program(ImageDamage.Kind kind, Path image, DamageReading reading) {
        List<String> failures = new ArrayList<>();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(OutputStream.nullOutputStream(), err, "ps", image.toString());
        String said = err.toString(StandardCharsets.UTF_8);
        if (reading.complete() ? status != 0 && status != INCOMPLETE : status != INCOMPLETE) {
            failures.add("the program ended with " + status + ": " + said);
        }
        if (!reading.complete() && said.isBlank()) {
            failures.add("the program names no damage");
        }
        if (kind == ImageDamage.Kind.LINK && !said.contains("init_task.tasks")) {
            failures.add("the program does not name the list: " + said);
        }
        return failures;
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
