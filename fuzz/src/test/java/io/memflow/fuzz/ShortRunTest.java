package io.memflow.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A few thousand inputs that Jazzer makes for each parser, guided by what they reach. The same ones in each build. */
class ShortRunTest {
    private static final int INPUTS = 5000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Parser.class)
    void aShortRunFindsNothing(Parser parser) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Path found = Files.createDirectory(directory.resolve("found"));
        Process jazzer = new ProcessBuilder(JazzerCommand.of(parser, INPUTS, found, directory))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = jazzer.waitFor();
        String text = Files.readString(output);
        assertThat(status).as(text).isZero();
        assertThat(text).contains("#" + INPUTS);
    }
}
