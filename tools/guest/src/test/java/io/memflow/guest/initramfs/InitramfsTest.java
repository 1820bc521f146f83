package io.memflow.guest.initramfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitramfsTest {
    private static final int HEADER = 110;

    private record CpioEntry(String name, int mode, String content) {}

    @TempDir
    Path folder;

    @Test
    void writesFilesFoldersAndLinksTheKernelCanUnpack() throws Exception {
        Path file = folder.resolve("i.gz");
        new Initramfs()
                .text("/init", "#!/bin/sh\n", Initramfs.EXECUTABLE)
                .link("/bin/sh", "busybox")
                .text("/etc/a/b", "12345", Initramfs.PLAIN)
                .write(file);

        assertThat(unpacked(file))
                .containsExactly(
                        new CpioEntry("init", 0100755, "#!/bin/sh\n"),
                        new CpioEntry("bin", 0040755, ""),
                        new CpioEntry("bin/sh", 0120777, "busybox"),
                        new CpioEntry("etc", 0040755, ""),
                        new CpioEntry("etc/a", 0040755, ""),
                        new CpioEntry("etc/a/b", 0100644, "12345"),
                        new CpioEntry("TRAILER!!!", 0, ""));
    }

    @Test
    void equalEntriesGiveEqualBytes() throws Exception {
        assertThat(new Initramfs().text("/x", "y", Initramfs.PLAIN).archive())
                .isEqualTo(new Initramfs().text("x", "y", Initramfs.PLAIN).archive());
    }

    @Test
    void theLastOfTwoEntriesWithOneNameCounts() throws Exception {
        Path file = folder.resolve("i.gz");
        new Initramfs()
                .text("/x", "old", Initramfs.PLAIN)
                .text("/x", "new", Initramfs.EXECUTABLE)
                .write(file);

        assertThat(unpacked(file)).startsWith(new CpioEntry("x", 0100755, "new"));
    }

    @Test
    void aMissingSourceIsNamed() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> new Initramfs().copy("/x", missing, Initramfs.PLAIN))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining(missing.toString());
    }

    private static List<CpioEntry> unpacked(Path file) throws Exception {
        byte[] bytes;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            bytes = in.readAllBytes();
        }
        List<CpioEntry> entries = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            assertThat(new String(bytes, at, 6, StandardCharsets.US_ASCII)).isEqualTo("070701");
            int length = field(bytes, at, 6);
            int nameLength = field(bytes, at, 11);
            String name = new String(bytes, at + HEADER, nameLength - 1, StandardCharsets.UTF_8);
            int content = aligned(at + HEADER + nameLength);
            entries.add(new CpioEntry(
                    name, field(bytes, at, 1), new String(bytes, content, length, StandardCharsets.UTF_8)));
            at = aligned(content + length);
        }
        return entries;
    }

    private static int field(byte[] bytes, int header, int index) {
        return Integer.parseInt(new String(bytes, header + 6 + 8 * index, 8, StandardCharsets.US_ASCII), 16);
    }

    private static int aligned(int offset) {
        return offset + 3 & ~3;
    }
}
