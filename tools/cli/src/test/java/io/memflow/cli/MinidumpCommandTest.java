package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.MemoryRegion;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.minidump.MinidumpRegion;
import io.memflow.formats.minidump.PageProtection;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinidumpCommandTest {
    @TempDir
    private Path folder;

    private static FakeTarget target() {
        return new FakeTarget()
                .process(1, "init", "/sbin/init")
                .thread(1, 1, "init")
                .add(region(0x10000, 0x13000))
                .add(region(0x20000, 0x21000));
    }

    private static MemoryRegion region(long start, long end) {
        return new MemoryRegion(start, end, "rw-p", 0, null, 0, FakeTarget.WHOLE);
    }

    private Run run(FakeTarget target, String... options) {
        String[] words = new String[options.length + 4];
        words[0] = "minidump";
        System.arraycopy(options, 0, words, 1, options.length);
        words[options.length + 1] = "1";
        words[options.length + 2] = file().toString();
        words[options.length + 3] = "image";
        return Run.of(target, words);
    }

    private Path file() {
        return folder.resolve("init.dmp");
    }

    @Test
    void writesTheProcessAsOthersReadIt() throws IOException {
        Run run = run(target());
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(run.out()).endsWith("init.dmp: 16 KiB of memory in 2 ranges, 0 modules, 1 threads\n");
        Minidump dump = Minidump.parse(MemorySegment.ofArray(Files.readAllBytes(file())));
        assertThat(dump.processId()).hasValue(1);
        assertThat(dump.memory().readByte(0x12345)).isEqualTo((byte) 0x45);
    }

    @Test
    void leavesOutAndNamesWhatCannotBeRead() throws IOException {
        Run run = run(target().hole(0x11000, 0x1000), "--json");
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(run.err()).contains("could not read memory of 0x11000-0x12000: page not present.");
        assertThat(run.out()).contains("\"bytes\":12288,\"ranges\":3,");
        Minidump dump = Minidump.parse(MemorySegment.ofArray(Files.readAllBytes(file())));
        assertThat(dump.blocks()).hasSize(3);
    }

    @Test
    void regionsAreInItWhenTheirRightsAreKnown() throws IOException {
        run(target());
        assertThat(Minidump.parse(MemorySegment.ofArray(Files.readAllBytes(file())))
                        .regions())
                .extracting(MinidumpRegion::base, MinidumpRegion::protect, MinidumpRegion::type)
                .containsExactly(
                        tuple(0x10000L, PageProtection.number("READWRITE"), (long) MinidumpRegion.PRIVATE),
                        tuple(0x20000L, PageProtection.number("READWRITE"), (long) MinidumpRegion.PRIVATE));
        Files.delete(file());
        run(target().add(new MemoryRegion(0x30000, 0x31000, "????", 0, null, 0, FakeTarget.WHOLE)));
        assertThat(Minidump.parse(MemorySegment.ofArray(Files.readAllBytes(file())))
                        .regions())
                .isEmpty();
    }

    @Test
    void neverWritesOverAFile() throws IOException {
        Files.writeString(file(), "kept");
        Run run = run(target());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("exists already");
        assertThat(Files.readString(file())).isEqualTo("kept");
    }
}
