package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.command.Command;
import io.memflow.cli.command.InfoCommand;
import io.memflow.cli.command.ListCommands;
import io.memflow.cli.command.ReadCommand;
import io.memflow.cli.command.RegistersCommand;
import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.Inventory;
import io.memflow.formats.synthetic.CrashDumpBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a synthetic triage dump that is named without a chain. */
class SmallDumpCommandsTest {
    private final Inventory inventory = Inventory.load();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeDump() throws IOException {
        file = Files.write(folder.resolve("small.dmp"), CrashDumpBuilder.triage());
    }

    private ExitStatus run(Command command, String... words) throws IOException {
        Session session = new Session(
                () -> inventory,
                out,
                new Diagnostics(new PrintStream(err, true, StandardCharsets.UTF_8)),
                Session.Terminal.ABSENT,
                Map.of());
        return command.run(Arguments.parse(command.syntax(), List.of(words)), session);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Command list(String name) {
        return ListCommands.all().stream()
                .filter(command -> command.syntax().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void infoTellsWhyTheSystemStopped() throws IOException {
        run(new InfoCommand(), file.toString());
        assertThat(text())
                .contains("Windows 10.0.19041", "x86-64", "none: this target has no physical memory")
                .contains("0x7e (0x1, 0x2, 0x3, 0x4)", "60000 ms after the start");
    }

    @Test
    void modulesSayWhichOfThemAreGone() throws IOException {
        assertThat(run(list("modules"), file.toString())).isEqualTo(ExitStatus.COMPLETE);
        assertThat(text()).contains("STATE").containsPattern("0xfffff80487de0000 .* unloaded +dam.sys");
        out.reset();
        run(list("modules"), "--json", file.toString());
        assertThat(text())
                .contains("\"name\":\"hal.dll\"", "\"presence\":\"loaded\"", "\"sources\":[\"triage-drivers\"]")
                .contains("\"presence\":\"unloaded\"", "\"sources\":[\"triage-unloaded-drivers\"]");
    }

    @Test
    void registersOfATargetWithoutMemoryAreThoseOfItsThreads() throws IOException {
        assertThat(run(new RegistersCommand(), file.toString())).isEqualTo(ExitStatus.COMPLETE);
        assertThat(text()).containsPattern("rip +0xfffff8047bdfd920");
        out.reset();
        run(new RegistersCommand(), "--json", "-o", "minidump:" + file);
        assertThat(text())
                .contains("{\"pid\":null,\"tid\":null,\"processor\":null,\"name\":\"eflags\",\"bits\":32,")
                .contains("\"sources\":[\"dump-header\"],\"complete\":true}");
    }

    @Test
    void whatTheDumpDoesNotHoldIsCalledThat() throws IOException {
        assertThat(run(new ReadCommand(), "kernel", "0xfffff8047c7000f8", "16", file.toString()))
                .isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("not in the dump");
        assertThatThrownBy(() -> run(new ReadCommand(), "phys", "0", "16", file.toString()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("no physical memory");
    }

    @Test
    void otherFilesAreRefusedWithAWayOut() throws IOException {
        assertThatThrownBy(() -> run(list("ps"), "-c", "dump:" + file))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("-o minidump:FILE");
        Path full = Files.write(
                folder.resolve("full.dmp"),
                CrashDumpBuilder.wide(1).run(0x1000, new byte[0x1000]).build());
        assertThatThrownBy(() -> run(list("ps"), "-o", "minidump:" + full))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("dump:FILE");
        Path cut = Files.write(folder.resolve("cut.dmp"), Arrays.copyOf(CrashDumpBuilder.triage(), 0x2100));
        assertThatThrownBy(() -> run(list("ps"), cut.toString()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("cut off or damaged");
    }
}
