package io.memflow.cli.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Option FLAG = Option.flag("A flag.", "-f", "--flag");
    private static final Option VALUE = Option.valued("--value", "V", "A value.");
    private static final Option STEP = Option.repeated("-s", "STEP", "A step.");
    private static final CommandSyntax SYNTAX =
            new CommandSyntax("try", "Tries.", List.of("WORD"), List.of(FLAG, VALUE, STEP), List.of(), List.of());

    private static Arguments parse(String... written) {
        return Arguments.parse(SYNTAX, List.of(written));
    }

    @Test
    void takesOptionsAndWordsInAnyOrder() {
        Arguments arguments = parse("a", "--value", "v", "b", "-f", "c");
        assertThat(arguments.words()).containsExactly("a", "b", "c");
        assertThat(arguments.value(VALUE)).contains("v");
        assertThat(arguments.has(FLAG)).isTrue();
        assertThat(arguments.has(STEP)).isFalse();
    }

    @Test
    void takesAttachedValues() {
        assertThat(parse("--value=a=b").value(VALUE)).contains("a=b");
        assertThat(parse("--value=").value(VALUE)).contains("");
        assertThat(parse("-sx:y=z").value(STEP)).contains("x:y=z");
    }

    @Test
    void keepsRepeatedOptionsInOrder() {
        assertThat(parse("-s", "1", "-s2", "-s", "3").given())
                .extracting(Arguments.Given::value)
                .containsExactly("1", "2", "3");
    }

    @Test
    void takesAValueThatLooksLikeAnOption() {
        assertThat(parse("--value", "--flag").value(VALUE)).contains("--flag");
    }

    @Test
    void endsOptionsAtTheDoubleDash() {
        assertThat(parse("--", "--flag", "-", "--").words()).containsExactly("--flag", "-", "--");
        assertThat(parse("-").words()).containsExactly("-");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> parse("--flags"))
                .isInstanceOf(UsageException.class)
                .hasMessage("There is no option --flags; try takes -f, --flag, --value, -s.");
        assertThatThrownBy(() -> parse("-x")).hasMessageContaining("no option -x");
    }

    @Test
    void refusesValuesThatAreMissingOrTooMany() {
        assertThatThrownBy(() -> parse("--value")).hasMessage("--value lacks its value: write --value V.");
        assertThatThrownBy(() -> parse("--flag=1")).hasMessageContaining("--flag takes no value");
        assertThatThrownBy(() -> parse("-f1")).hasMessageContaining("-f takes no value");
        assertThatThrownBy(() -> parse("--value", "1", "--value", "2")).hasMessage("--value is given twice.");
    }

    @Test
    void flagsMayBeRepeated() {
        assertThat(parse("-f", "--flag").has(FLAG)).isTrue();
    }
}
