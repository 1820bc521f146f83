package io.memflow.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.fuzz.seed.SeedWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What broke a parser once does not break it again, and neither do simple variations of the corpus. */
class CorpusTest {
    private static final int VARIATIONS = 500;
    private static final int LARGEST_FILE = 64 << 10;
    private static final int LARGEST_CORPUS = 1 << 20;

    @ParameterizedTest
    @EnumSource(Parser.class)
    void everyInputKeptIsHandled(Parser parser) {
        Guard guard = new Guard(parser);
        for (Path file : Corpus.files(parser)) {
            check(guard, Corpus.read(file), file.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(Parser.class)
    void everyCutAndDamagedInputIsHandled(Parser parser) {
        Guard guard = new Guard(parser);
        List<Path> files = Corpus.files(parser);
        for (int seed = 0; seed < VARIATIONS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] input = Corpus.read(files.get(random.nextInt(files.size())));
            byte[] changed =
                    Arrays.copyOf(input, random.nextInt(4) == 0 ? random.nextInt(input.length + 1) : input.length);
            for (int change = random.nextInt(4); change >= 0 && changed.length > 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            check(guard, changed, "seed " + seed);
        }
    }

    @Test
    void theSeedsAreThoseThatTheirWriterMakes() {
        Map<String, Map<String, byte[]>> seeds = SeedWriter.all();
        for (Parser parser : Parser.values()) {
            seeds.getOrDefault(parser.label(), Map.of())
                    .forEach((name, bytes) ->
                            assertThat(Corpus.folder(parser).resolve(name)).hasBinaryContent(bytes));
            assertThat(seeds).containsKey(parser.label());
        }
    }

    @Test
    void theCorpusIsSmall() {
        long all = 0;
        for (Parser parser : Parser.values()) {
            for (Path file : Corpus.files(parser)) {
                long length = Corpus.read(file).length;
                assertThat(length).as("%s", file).isLessThanOrEqualTo(LARGEST_FILE);
                all += length;
            }
        }
        assertThat(all).isLessThanOrEqualTo(LARGEST_CORPUS);
    }

    private static void check(Guard guard, byte[] input, String what) {
        try {
            guard.check(input);
        } catch (AssertionError broken) {
            throw new AssertionError(what + ": " + broken.getMessage(), broken);
        }
    }
}
