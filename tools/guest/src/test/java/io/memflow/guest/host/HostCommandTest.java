package io.memflow.guest.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCommandTest {
    @TempDir
    Path folder;

    @Test
    void keepsOutputErrorsAndStatusApart() {
        CommandResult result =
                HostCommand.of("sh", "-c", "echo out; echo err >&2; exit 3").run();
        assertThat(result).isEqualTo(new CommandResult(3, "out\n", "err\n"));
        assertThat(result.complaint()).isEqualTo("err");
    }

    @Test
    void floodsOnBothStreamsDoNotBlock() {
        CommandResult result = HostCommand.of("sh", "-c", "head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero")
                .run();
        assertThat(result.output()).hasSize(1_000_000);
        assertThat(result.errors()).hasSize(1_000_000);
    }

    @Test
    void runsWithVariablesInAFolder() {
        String output = HostCommand.of("sh", "-c", "echo $WORD; pwd -P")
                .with("WORD", "x y")
                .in(folder)
                .runOrFail();
        assertThat(output).startsWith("x y\n").endsWith(folder.getFileName() + "\n");
    }

    @Test
    void failureNamesTheCommandAndItsLastLines() {
        assertThatThrownBy(() ->
                        HostCommand.of("sh", "-c", "echo broken >&2; exit 1").runOrFail())
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("broken")
                .hasMessageContaining("status 1");
    }

    @Test
    void aMissingProgramIsSaid() {
        assertThatThrownBy(() -> HostCommand.of("/no/such/program").run())
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("/no/such/program");
    }
}
