package io.memflow.connector.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.formats.elf.ElfCore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryMapArgumentTest {
    @TempDir
    private Path directory;

    private static PhysicalMemory connect(Path image, Path map) {
        return new DumpConnector()
                .connect(
                        new PluginArguments(Optional.of(image.toString()), Map.of("memmap", map.toString())),
                        Optional.empty());
    }

    private Path image() throws IOException {
        return Files.write(directory.resolve("image.raw"), Pattern.bytes(0, 0x2000));
    }

    private Path map(String text) throws IOException {
        return Files.writeString(directory.resolve("map.toml"), text);
    }

    private static void refused(Path image, Path map, ErrorKind kind, String... words) {
        assertThatThrownBy(() -> connect(image, map))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind))
                .hasMessageContaining("memmap")
                .hasMessageContainingAll(words)
                .message()
                .endsWith(".")
                .doesNotEndWith("..");
    }

    @Test
    void refusesFilesThatAreNoMemoryMapAndReleasesTheImage() throws IOException {
        Path image = image();
        refused(image, map("[[range]]\nbase = 1\n"), ErrorKind.ARG_VALIDATION, "map.toml", "line 1", "no length");
        refused(
                image,
                map("[[range]]\nbase=0\nlength=9\n[[range]]\nbase=8\nlength=9\n"),
                ErrorKind.ARG_VALIDATION,
                "line 4",
                "overlap");
        refused(image, directory.resolve("none.toml"), ErrorKind.INVALID_PATH, "none.toml");
        refused(image, directory, ErrorKind.ARG_VALIDATION, "no file");
        refused(
                image,
                map("[[range]]\nbase = 0\nlength = 1\nreal_base = 0x2000\n"),
                ErrorKind.MEMORY_MAP_OUT_OF_RANGE,
                "real_base",
                "0x0-0x2000");
    }

    @Test
    void aMapBesideTheImageIsNotReadByItself() throws IOException {
        Path image = image();
        map("[[range]]\nbase = 0x10000\nlength = 0x1000\n");
        try (PhysicalMemory memory =
                new DumpConnector().connect(PluginArguments.ofTarget(image.toString()), Optional.empty())) {
            assertThat(memory.map().ranges()).containsExactly(new AddressRange(0, 0x2000));
        }
    }

    @Test
    void whatTheImageLacksIsADefect() throws IOException {
        try (PhysicalMemory memory = connect(image(), map("[[range]]\nbase = 0x1000\nlength = 0x4000\n"))) {
            assertThat(memory.map().ranges()).containsExactly(new AddressRange(0x1000, 0x1000));
            assertThat(memory.defects()).singleElement().asString().contains("0x1000 of");
            assertThat(memory.description()).contains("image.raw", "memory map");
        }
    }

    @Test
    void coresKeepTheirProcessors() throws IOException {
        Path core = new CoreFile().load(0x1000, Pattern.bytes(0x1000, 0x1000)).write(directory.resolve("core.elf"));
        Path map = map("[[range]]\nbase = 0x10_0000\nlength = 0x1000\nreal_base = 0x1000\n");
        try (PhysicalMemory memory = connect(core, map)) {
            assertThat(memory.capability(ElfCore.class)).isPresent();
            assertThat(memory.readByte(0x10_0000)).isEqualTo(Pattern.at(0x1000));
        }
    }
}
