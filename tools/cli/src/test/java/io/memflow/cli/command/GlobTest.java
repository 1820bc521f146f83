package io.memflow.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.cli.arguments.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "*, '', true",
        "'', '', true",
        "'', x, false",
        "init_*, init_task, true",
        "init_*, xinit_task, false",
        "*_lock, rcu_lock_lock, true",
        "*a*b*, xxaxxbxx, true",
        "*a*b, xxbxxa, false",
        "?, x, true",
        "?, '', false",
        "??, x, false",
        "x[abc]y, xby, true",
        "x[a-c]y, xdy, false",
        "x[!a-c]y, xdy, true",
        "x[!a-c]y, xby, false",
        "x[]]y, x]y, true",
        "x[a-]y, x-y, true",
        "\\*, *, true",
        "\\*, x, false",
        "a\\, a\\, true",
        "INIT, init, false"
    })
    void matchesAsAShellDoes(String pattern, String name, boolean expected) {
        assertThat(new Glob(pattern).matches(name)).isEqualTo(expected);
    }

    @Test
    void refusesASetThatIsNeverClosed() {
        assertThatThrownBy(() -> new Glob("a[b"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("\"[b\"");
    }

    @Test
    void manyStarsDoNotTakeExponentialTime() {
        assertThat(new Glob("*a".repeat(50) + "b").matches("a".repeat(2000))).isFalse();
    }
}
