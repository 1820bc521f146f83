package io.memflow.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainParserTest {
    private static ChainStep parse(String text) {
        return ChainParser.parse(ChainStep.Kind.CONNECTOR, text);
    }

    @Test
    void readsNameTargetAndArguments() {
        ChainStep step = parse("dump:/tmp/image.raw:base=0x4000_0000,other=x");

        assertThat(step.plugin()).isEqualTo("dump");
        assertThat(step.arguments().target()).contains("/tmp/image.raw");
        assertThat(step.arguments().values()).isEqualTo(Map.of("base", "0x4000_0000", "other", "x"));
        assertThat(step.arguments().address("base")).hasValue(0x4000_0000L);
    }

    @Test
    void targetAndArgumentsMayBeLeftOut() {
        assertThat(parse("qemu").arguments()).isEqualTo(PluginArguments.NONE);
        assertThat(parse("qemu:").arguments().target()).isEmpty();
        assertThat(parse("qemu::monitor=/run/m").arguments())
                .isEqualTo(new PluginArguments(Optional.empty(), Map.of("monitor", "/run/m")));
        assertThat(parse("qemu:vm1:").arguments()).isEqualTo(PluginArguments.ofTarget("vm1"));
    }

    @Test
    void quotesAndEscapesKeepSeparators() {
        assertThat(parse("dump:\"a:b,c\"").arguments().target()).contains("a:b,c");
        assertThat(parse("dump:a\\:b").arguments().target()).contains("a:b");
        assertThat(parse("dump:'it\\'s'").arguments().target()).contains("it's");
        assertThat(parse("dump:`x\"y`:k=\"a=b,c\"").arguments().values()).containsEntry("k", "a=b,c");
        assertThat(parse("dump:end\\").arguments().target()).contains("end\\");
    }

    @Test
    void firstBareArgumentIsTheDefault() {
        assertThat(parse("x:t:value,k=v").arguments().values()).isEqualTo(Map.of("default", "value", "k", "v"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Dump:x | Dump:x",
                ":x | :x",
                "dump:a:b=c:d | d",
                "dump:\"a | \"a",
                "dump:a:k=v=w | =w",
                "dump:a:k=v,bare | bare",
                "dump:a:k=v, | ''",
                "dump:a:=v | =v",
                "dump:a:k=v,k=w | k=w"
            })
    void quotesTheSpotOfWhatIsMalformed(String text, String spot) {
        String quoted = spot.equals("''") ? "" : spot;
        assertThatThrownBy(() -> parse(text)).isInstanceOfSatisfying(MemflowException.class, malformed -> {
            assertThat(malformed.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
            assertThat(malformed).hasMessageContaining("at \"" + quoted + "\"");
        });
    }

    @Test
    void randomTextEitherParsesOrIsRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "ab:,=\"'`\\ x";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder("n");
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                parse(text.toString());
            } catch (MemflowException refused) {
                assertThat(refused.kind()).as("seed %d: %s", seed, text).isEqualTo(ErrorKind.INVALID_ARGUMENT);
            }
        }
    }

    @Test
    void unknownKeysAreRefusedByName() {
        PluginArguments arguments = parse("dump:a:bsae=1").arguments();
        ArgumentDescription base = new ArgumentDescription("base", "where RAM starts");

        assertThatThrownBy(() -> arguments.requireKnown("dump", List.of(base)))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("bsae")
                .hasMessageContaining("base");
        assertThatThrownBy(() -> parse("dump:a:base=zz").arguments().address("base"))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("base")
                .hasMessageContaining("zz");
    }
}
