package io.memflow.bench.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The C reference.
 *
 * @param program the compiled program
 * @param image the memory image
 * @param layout where its tables are
 */
record Reference(Path program, Path image, Path layout) {
    /**
     * What one run found.
     *
     * @param nanos best processor time per item
     * @param checksum of the results
     */
    record Outcome(double nanos, long checksum) {}

    Outcome run(String row, Pages pages, Effort effort) throws IOException, InterruptedException {
        List<String> command = List.of(
                program.toString(),
                image.toString(),
                layout.toString(),
                pages.name().toLowerCase(Locale.ROOT),
                Integer.toString(effort.samples()),
                Long.toString(effort.sample().toMillis()),
                row);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        String[] words = output.strip().split(" ", -1);
        if (status != 0 || words.length != 3) {
            throw new IOException("the C reference ended with %d on %s: %s".formatted(status, row, output));
        }
        return new Outcome(Double.parseDouble(words[1]), Long.parseUnsignedLong(words[2]));
    }
}
