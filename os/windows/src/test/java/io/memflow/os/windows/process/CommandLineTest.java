package io.memflow.os.windows.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The examples of Microsoft's documentation, and edges. */
class CommandLineTest {
    @Test
    void argumentsAreSplitAtBlanksOutsideQuotes() {
        assertThat(CommandLine.split("prog \"a b c\" d e")).containsExactly("prog", "a b c", "d", "e");
        assertThat(CommandLine.split("prog a\\\\b d\"e f\"g h")).containsExactly("prog", "a\\\\b", "de fg", "h");
    }

    @Test
    void backslashesBeforeAQuoteStandForHalfOfThem() {
        assertThat(CommandLine.split("prog \"ab\\\"c\" \"\\\\\" d")).containsExactly("prog", "ab\"c", "\\", "d");
        assertThat(CommandLine.split("prog a\\\\\\\"b c d")).containsExactly("prog", "a\\\"b", "c", "d");
        assertThat(CommandLine.split("prog a\\\\\\\\\"b c\" d e")).containsExactly("prog", "a\\\\b c", "d", "e");
    }

    @Test
    void threeQuotesAreOneInTheText() {
        assertThat(CommandLine.split("prog \"\"\"call\"\"\"")).containsExactly("prog", "\"call\"");
        assertThat(CommandLine.split("prog a\"b\"\" c d")).containsExactly("prog", "ab\"", "c", "d");
    }

    @Test
    void theProgramsOwnNameKnowsQuotesOnly() {
        assertThat(CommandLine.split("\"C:\\Program Files\\a.exe\" -x"))
                .containsExactly("C:\\Program Files\\a.exe", "-x");
        assertThat(CommandLine.split("C:\\a\\\\\"b c")).containsExactly("C:\\a\\\\\"b", "c");
        assertThat(CommandLine.split(" x")).containsExactly("", "x");
    }

    @Test
    void quotesThatDoNotEndReachToTheEnd() {
        assertThat(CommandLine.split("\"a b")).containsExactly("a b");
        assertThat(CommandLine.split("a \"b c")).containsExactly("a", "b c");
        assertThat(CommandLine.split("")).isEmpty();
    }
}
