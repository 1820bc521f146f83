package io.memflow.formats.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.OtherProgram;
import io.memflow.formats.WindowsSamples;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we read of images equals what pefile reads (Debian's python3-pefile): of the samples here, of what mingw-w64 makes, of
 * Wine's, and of images in a folder that {@code -Dwindows.samples=DIR} names. Without that Python module there is nothing to
 * compare with.
 */
class PeOracleTest {
    /** Of so many of Wine's images one is compared. */
    private static final int EACH = 4;

    @TempDir
    private Path directory;

    @Test
    void samplesOfOursReadAsPefileReadsThem() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : List.of("sample64.dll", "sample32.dll", "samplearm64.dll")) {
            files.add(Files.write(directory.resolve(name), WindowsSamples.resource(PeOracleTest.class, name)));
        }
        compare(files, Deviations.NONE);
    }

    @Test
    void imagesOfMingwReadAsPefileReadsThem() throws IOException {
        List<Path> files = new ArrayList<>();
        Path source = Files.writeString(directory.resolve("program.c"), """
            #include <stdio.h>
            __declspec(dllexport) int shown(void) { return 1; }
            int main(void) { puts("text"); return shown(); }
            """);
        for (OtherProgram compiler : List.of(OtherProgram.MINGW_X86_64, OtherProgram.MINGW_I686)) {
            Path program = directory.resolve(compiler + ".exe");
            compiler.run(List.of("-g", source.toString(), "-o", program.toString()));
            files.add(program);
        }
        compare(files, Deviations.NONE);
    }

    /**
     * Wine's own libraries, drivers and programs, which mingw-w64 made; Debian's packages have them in these folders. pefile
     * takes its time, so every fourth is compared; {@code -Dwindows.samples} with such a folder compares all.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows",
                "/usr/lib/i386-linux-gnu/wine/i386-windows",
            })
    void imagesOfWineReadAsPefileReadsThem(Path folder) throws IOException {
        assumeTrue(Files.isDirectory(folder), "Wine is not installed, " + folder + " is not there");
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> sorted = all.filter(Files::isRegularFile).sorted().toList();
            for (int file = 0; file < sorted.size(); file += EACH) {
                files.add(sorted.get(file));
            }
        }
        assertThat(files).hasSizeGreaterThan(100);
        compare(files, Deviations.NONE);
    }

    /** Among samples of a malware analyst's kind are images that no two readers take alike: they are named, not hidden. */
    @Test
    void imagesInTheFolderReadAsPefileReadsThem() throws IOException {
        List<Path> files = WindowsSamples.files(file -> file.length > 0x40 && file[0] == 'M' && file[1] == 'Z');
        compare(files, Deviations.COUNTED);
    }

    private enum Deviations {
        NONE,
        COUNTED
    }

    private static void compare(List<Path> files, Deviations deviations) throws IOException {
        Map<String, List<String>> theirs = theirs(files);
        List<String> different = new ArrayList<>();
        int same = 0;
        for (Path file : files) {
            List<String> expected = theirs.getOrDefault(file.toString(), List.of());
            List<String> ours = ours(file);
            if (deviations == Deviations.NONE) {
                assertThat(ours)
                        .as("%s", file)
                        .containsExactlyElementsOf(expected)
                        .hasSizeGreaterThan(1);
            }
            if (ours.equals(expected)) {
                same++;
            } else {
                different.add(file.getFileName().toString());
            }
        }
        System.out.printf("PE: %d of %d images read alike; not alike: %s%n", same, files.size(), different);
        assertThat(same).isGreaterThanOrEqualTo(files.size() * 9 / 10);
    }

    private static List<String> ours(Path file) throws IOException {
        try {
            return PeFacts.of(PeImage.ofFile(MemorySegment.ofArray(Files.readAllBytes(file)))).stream()
                    .map(String::strip)
                    .toList();
        } catch (MemflowException refused) {
            return List.of("refused");
        }
    }

    private static Map<String, List<String>> theirs(List<Path> files) throws IOException {
        Path script = Files.createTempFile("facts", ".py");
        Files.write(script, WindowsSamples.resource(PeOracleTest.class, "facts.py"));
        List<String> arguments = new ArrayList<>(List.of(script.toString()));
        files.forEach(file -> arguments.add(file.toString()));
        Map<String, List<String>> facts = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        for (String line : OtherProgram.PEFILE.run(arguments).lines().toList()) {
            if (line.startsWith("file ")) {
                lines = new ArrayList<>();
                facts.put(line.substring(5), lines);
            } else {
                lines.add(line.strip());
            }
        }
        Files.delete(script);
        return facts;
    }
}
