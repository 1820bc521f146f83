package io.memflow.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.command.MinidumpCommand;
import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.Session;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.TaskState;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.Inventory;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process of a synthetic Windows machine, written as a minidump and opened as a target, has the rows and the bytes that it
 * has on the machine: whatever a minidump has a place for.
 */
class SyntheticMinidumpTest {
    private static final int PROCESSES = 3;
    private static final int PIECE = 1 << 16;
    /** Regions of which all bytes are compared; of longer ones, the first. */
    private static final long COMPARED = 1 << 20;

    private final Inventory inventory = Inventory.load();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void rowsAndBytesOfAMinidumpAreThoseOfItsProcess(TestedBuild build) throws IOException {
        Path image = folder.resolve("machine.raw");
        try (SyntheticWindows machine = build.builder().build()) {
            machine.writeImage(image);
        }
        try (OperatingSystem source = inventory.build(List.of(
                ChainParser.parse(ChainStep.Kind.CONNECTOR, "dump:" + image),
                ChainParser.parse(ChainStep.Kind.OS, "windows")))) {
            List<ProcessInfo> chosen = source.processes().rows().stream()
                    .filter(row -> row.kind() == ProcessInfo.Kind.USER && row.state() != TaskState.ZOMBIE)
                    .limit(PROCESSES)
                    .toList();
            assertThat(chosen).isNotEmpty();
            for (ProcessInfo row : chosen) {
                Path dump = folder.resolve(build + "-" + row.pid() + ".dmp");
                write(row.pid(), dump, image);
                try (OperatingSystem target = inventory.build(List.of(inventory.recognise(dump.toString())))) {
                    assertThat(target.info().version()).isEqualTo(source.info().version());
                    assertThat(target.info().architecture())
                            .isEqualTo(source.info().architecture());
                    compare(target.process(row.pid()).orElseThrow(), source.process(row));
                }
            }
        }
    }

    private void write(int pid, Path dump, Path image) throws IOException {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        MinidumpCommand command = new MinidumpCommand();
        Session session = new Session(
                () -> inventory,
                new ByteArrayOutputStream(),
                new Diagnostics(new PrintStream(errors, true, StandardCharsets.UTF_8)),
                Session.Terminal.ABSENT,
                Map.of());
        command.run(
                Arguments.parse(
                        command.syntax(),
                        List.of(Integer.toString(pid), dump.toString(), "-c", "dump:" + image, "-o", "windows")),
                session);
        assertThat(dump).as(errors.toString(StandardCharsets.UTF_8)).isNotEmptyFile();
    }

    private static void compare(TargetProcess target, TargetProcess source) {
        assertThat(source.modules().rows()).isNotEmpty();
        assertThat(source.threads().rows()).isNotEmpty();
        assertThat(source.regions().rows()).isNotEmpty();
        assertThat(target.info().threads()).isEqualTo(source.threads().rows().size());
        assertThat(target.modules().rows())
                .extracting(ModuleInfo::name, SyntheticMinidumpTest::path, ModuleInfo::base, ModuleInfo::size)
                .containsExactlyElementsOf(source.modules().rows().stream()
                        .map(row -> tuple(row.name(), path(row), row.base(), row.size()))
                        .toList());
        assertThat(target.threads().rows())
                .extracting(
                        ThreadInfo::pid, ThreadInfo::tid, SyntheticMinidumpTest::block, SyntheticMinidumpTest::stack)
                .containsExactlyElementsOf(source.threads().rows().stream()
                        .map(row -> tuple(row.pid(), row.tid(), block(row), stack(row)))
                        .toList());
        assertThat(target.regions().missing()).isEmpty();
        assertThat(target.regions().rows())
                .extracting(
                        MemoryRegion::start,
                        MemoryRegion::end,
                        MemoryRegion::permissions,
                        row -> protection(row),
                        row -> kind(row))
                .containsExactlyElementsOf(source.regions().rows().stream()
                        .map(row -> tuple(row.start(), row.end(), row.permissions(), protection(row), kind(row)))
                        .toList());
        compareBytes(target, source);
        compareImages(target, source);
    }

    private static String path(ModuleInfo row) {
        String path = row.path();
        return path == null ? row.name() : path;
    }

    private static Long block(ThreadInfo row) {
        return Objects.requireNonNullElse(Objects.requireNonNull(row.places()).block(), 0L);
    }

    private static ThreadInfo.@Nullable Stack stack(ThreadInfo row) {
        return Objects.requireNonNull(row.places()).userStack();
    }

    private static String protection(MemoryRegion row) {
        return Objects.requireNonNull(row.allocation()).protection();
    }

    /** Memory that its process manages is private in a minidump, which knows no other word for it. */
    private static MemoryRegion.Kind kind(MemoryRegion row) {
        MemoryRegion.Kind kind = Objects.requireNonNull(row.allocation()).kind();
        return kind == MemoryRegion.Kind.PHYSICAL ? MemoryRegion.Kind.PRIVATE : kind;
    }

    private static void compareBytes(TargetProcess target, TargetProcess source) {
        for (MemoryRegion region : source.regions().rows()) {
            long end = Math.min(region.end(), region.start() + COMPARED);
            for (long at = region.start(); at < end; at += PIECE) {
                int length = (int) Math.min(PIECE, end - at);
                PartialRead there = source.memory().readPartial(at, length);
                PartialRead here = target.memory().readPartial(at, length);
                assertThat(here.bytes().toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(there.bytes().toArray(ValueLayout.JAVA_BYTE));
                assertThat(here.gaps().stream()
                                .mapToLong(gap -> gap.range().length())
                                .sum())
                        .isEqualTo(there.gaps().stream()
                                .mapToLong(gap -> gap.range().length())
                                .sum());
            }
        }
    }

    private static void compareImages(TargetProcess target, TargetProcess source) {
        for (ModuleInfo row : source.modules().rows()) {
            String base = "0x" + Long.toHexString(Objects.requireNonNull(row.base()));
            TargetModule there = source.module(base).orElseThrow();
            TargetModule here = target.module(base).orElseThrow();
            try {
                assertThat(here.exports().rows()).isEqualTo(there.exports().rows());
                assertThat(here.imports().rows()).isEqualTo(there.imports().rows());
                assertThat(here.sections().rows()).isEqualTo(there.sections().rows());
            } catch (MemflowException unreadable) {
                throw new AssertionError("an image that is read on the machine only: " + row.name(), unreadable);
            }
        }
    }
}
