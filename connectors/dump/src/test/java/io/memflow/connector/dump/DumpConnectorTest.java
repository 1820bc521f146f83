package io.memflow.connector.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.SequentialReads;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.PluginArguments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DumpConnectorTest {
    private final DumpConnector connector = new DumpConnector();

    @TempDir
    Path directory;

    private PhysicalMemory connect(Path file) {
        return connector.connect(PluginArguments.ofTarget(file.toString()), Optional.empty());
    }

    private PhysicalMemory connect(Path file, String base) {
        return connector.connect(
                new PluginArguments(Optional.of(file.toString()), Map.of("base", base)), Optional.empty());
    }

    private void expectRefusal(Path file, ErrorKind kind, String... words) {
        assertThatThrownBy(() -> connect(file))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind))
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(words)
                .message()
                .endsWith(".")
                .doesNotContain("\n");
    }

    private Path write(String name, byte[] start, int size) throws IOException {
        byte[] bytes = new byte[size];
        System.arraycopy(start, 0, bytes, 0, Math.min(start.length, size));
        return Files.write(directory.resolve(name), bytes);
    }

    @Test
    void isFoundAsAService() {
        assertThat(Inventory.load().connectors()).hasAtLeastOneElementOfType(DumpConnector.class);
        assertThat(connector.name()).isEqualTo("dump");
        assertThat(connector.summary()).isNotBlank();
        assertThat(connector.arguments()).extracting(ArgumentDescription::key).containsExactly("base", "memmap");
    }

    @Test
    void recognisesWhatIsOrLooksLikeAPath() throws IOException {
        assertThat(connector.recognises(write("x", new byte[0], 1).toString())).isTrue();
        assertThat(connector.recognises(directory.toString())).isTrue();
        assertThat(connector.recognises("./missing")).isTrue();
        assertThat(connector.recognises("missing.RAW")).isTrue();
        assertThat(connector.recognises("vm1")).isFalse();
        assertThat(connector.recognises("1234")).isFalse();
        assertThat(connector.recognises("")).isFalse();
        assertThat(connector.recognises("a\0b")).isFalse();
    }

    @Test
    void describesARawImageByItsFile() throws IOException {
        try (PhysicalMemory memory = connect(write("x.raw", new byte[0], 4096))) {
            assertThat(memory.description()).contains("x.raw");
            assertThat(memory.defects()).isEmpty();
        }
    }

    @Test
    void refusesFilesThatAreNotThere() {
        expectRefusal(directory.resolve("none.raw"), ErrorKind.TARGET_NOT_FOUND, "no file");
        expectRefusal(directory.resolve("none.raw,base=0"), ErrorKind.TARGET_NOT_FOUND, "after a colon");
        assertThatThrownBy(() -> connector.connect(PluginArguments.ofTarget("a\0b"), Optional.empty()))
                .isInstanceOf(MemflowException.class);
        assertThatThrownBy(() -> connector.connect(PluginArguments.NONE, Optional.empty()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("dump:FILE");
    }

    @Test
    void refusesWhatIsNoImageFile() throws IOException {
        expectRefusal(directory, ErrorKind.UNABLE_TO_READ_FILE, "directory");
        expectRefusal(write("empty", new byte[0], 0), ErrorKind.INVALID_MEMORY_SIZE, "empty");
        expectRefusal(write("tiny", new byte[0], 4095), ErrorKind.INVALID_MEMORY_SIZE, "4095 bytes");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void refusesDevicesWithoutOpeningThem() {
        expectRefusal(Path.of("/dev/zero"), ErrorKind.UNABLE_TO_READ_FILE, "device");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void refusesFilesItMayNotRead() throws IOException {
        Path file = write("secret", new byte[0], 4096);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        FileSystemUser.withoutRights(() -> expectRefusal(file, ErrorKind.UNABLE_TO_READ_FILE, "may not be read"));
    }

    @ParameterizedTest
    @CsvSource({
        "6d616b6564756d7066696c65, flattened",
        "4b44554d50202020, kdump",
        "4449534b44554d50, diskdump",
        "4d444d5093a70000, minidump",
        "454d694c01000000, LiME",
        "1f8b0800, gunzip",
        "fd377a585a00, unxz",
        "28b52ffd, unzstd",
        "514649fb00000003, qcow2",
        "5145564d00000003, migration"
    })
    void namesOtherFormats(String magic, String name) throws IOException {
        expectRefusal(write("other", HexFormat.of().parseHex(magic), 8192), ErrorKind.NOT_SUPPORTED, name);
    }

    @Test
    void leavesTextAndNoiseToTheSystemLayer() throws IOException {
        byte[] noise = new byte[8192];
        new Random(1).nextBytes(noise);
        connect(write("noise", noise, 8192)).close();
        connect(write("text", "hello ".repeat(1000).getBytes(StandardCharsets.US_ASCII), 6000))
                .close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0xzz", "-1", "", "0x1001", "0xfffffffffffff000", "0xffffffffffffe000"})
    void refusesBasesThatCannotBe(String base) throws IOException {
        Path file = write("x.raw", new byte[0], 8192);
        assertThatThrownBy(() -> connect(file, base))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.ARG_VALIDATION))
                .hasMessageContaining("base");
    }

    @Test
    void opensImagesAboveFourGigabytesWithoutReadingThem() throws IOException {
        long size = (5L << 30) + 12;
        Path file = directory.resolve("big.raw");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
            sparse.seek(size - 4);
            sparse.writeInt(0x44332211);
        }
        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.map().totalBytes()).isEqualTo(size);
            assertThat(memory.readInt(size - 4)).isEqualTo(0x11223344);
            assertThat(memory.readLong(4L << 30)).isZero();
            assertThat(memory.direct(0, size)).isPresent();
        }
    }

    @Test
    void longRunsAreReadFromTheFileAndFromTheMappingWhenThatFails() throws IOException {
        byte[] bytes = new byte[3 * 4096];
        new Random(1).nextBytes(bytes);
        Path image = Files.write(directory.resolve("ordered.raw"), bytes);
        try (PhysicalMemory memory = connect(image, "0x4000")) {
            SequentialReads reads = memory.capability(SequentialReads.class).orElseThrow();
            byte[] read = new byte[bytes.length];
            assertThat(reads.read(0x4000, MemorySegment.ofArray(read))).isTrue();
            assertThat(read).isEqualTo(bytes);
            assertThat(reads.read(0x3fff, MemorySegment.ofArray(read))).isFalse();
            assertThat(reads.read(0x4001, MemorySegment.ofArray(read))).isFalse();

            Thread.currentThread().interrupt();
            assertThat(reads.read(0x4000, MemorySegment.ofArray(read)))
                    .as("an interrupt closes the file")
                    .isFalse();
            assertThat(Thread.interrupted()).isTrue();
            ByteArrayOutputStream scanned = new ByteArrayOutputStream();
            PhysicalScan.pages(memory, (physical, chunk) -> scanned.writeBytes(chunk.toArray(ValueLayout.JAVA_BYTE)));
            assertThat(scanned.toByteArray()).isEqualTo(bytes);
        }
    }
}
