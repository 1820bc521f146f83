package io.memflow.connector.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.formats.elf.ElfCore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreImageTest {
    @TempDir
    Path directory;

    private static PhysicalMemory connect(Path file) {
        return new DumpConnector().connect(PluginArguments.ofTarget(file.toString()), Optional.empty());
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    @Test
    void offersWhatTheCoreKnowsBeyondMemory() throws IOException {
        Path file = new CoreFile().load(0, Pattern.bytes(0, 0x2000)).write(directory.resolve("core"));
        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.capability(ElfCore.class)).isPresent();
            assertThat(memory.capability(DirectMap.class)).isPresent();
            assertThat(memory.capability(String.class)).isEmpty();
            assertThat(memory.defects()).isEmpty();
            assertThat(memory.description()).contains("ELF core");
        }
    }

    @Test
    void namesWhatATruncatedFileLacks() throws IOException {
        CoreFile core = new CoreFile()
                .load(0, Pattern.bytes(0, 0x3000))
                .load(0x10_0000, Pattern.bytes(0x10_0000, 0x4000))
                .load(0x80_0000, Pattern.bytes(0x80_0000, 0x1000));
        Path file = core.write(directory.resolve("core"));
        truncate(file, core.memoryOffset() + 0x3000 + 0x1000);
        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.map().ranges())
                    .containsExactly(new AddressRange(0, 0x3000), new AddressRange(0x10_0000, 0x1000));
            assertThat(memory.readBytes(0x10_0000, 0x1000)).isEqualTo(Pattern.bytes(0x10_0000, 0x1000));
            assertThat(memory.defects())
                    .singleElement()
                    .asString()
                    .contains("16384 bytes of physical memory", "0x101000-0x104000", "0x800000-0x801000");
        }
    }

    @Test
    void aCutAliasOfAWholePageIsNoLoss() throws IOException {
        // The same physical page once whole and once, in a later segment, cut off.
        CoreFile core =
                new CoreFile().load(0x1000, Pattern.bytes(0x1000, 0x1000)).load(0x1000, Pattern.bytes(0x1000, 0x1000));
        Path file = core.write(directory.resolve("core"));
        truncate(file, core.memoryOffset() + 0x1800);
        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.map().ranges()).containsExactly(new AddressRange(0x1000, 0x1000));
            assertThat(memory.defects()).isEmpty();
        }
    }

    @Test
    void refusesACoreThatLostAllMemory() throws IOException {
        CoreFile core = new CoreFile();
        for (int i = 0; i < 100; i++) {
            core.load(i * 0x1000L, Pattern.bytes(0, 0x1000));
        }
        Path file = core.write(directory.resolve("core"));
        truncate(file, core.memoryOffset());
        assertThatThrownBy(() -> connect(file))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.PARTIAL_DATA))
                .hasMessageContaining("cut off");
    }

    @Test
    void readsTheTailOfASparseCoreAboveFourGigabytes() throws IOException {
        long high = 5L << 30;
        Path file = new CoreFile()
                .load(0, high, Pattern.bytes(0, 0x1000))
                .load(1L << 40, Pattern.bytes(1L << 40, 0x1000))
                .write(directory.resolve("core"));
        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.map().totalBytes()).isEqualTo(high + 0x1000);
            assertThat(memory.readBytes(1L << 40, 0x1000)).isEqualTo(Pattern.bytes(1L << 40, 0x1000));
            assertThat(memory.readLong(high - 8)).isZero();
        }
    }

    @Test
    void holdsSegmentsAtTheTopOfTheAddressSpace() throws IOException {
        Path file = new CoreFile().load(-0x1000, Pattern.bytes(-0x1000, 0x1000)).write(directory.resolve("core"));
        // Less than a page would be refused as no image.
        truncateTo(file, 0x3000);
        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.readBytes(-0x1000, 0xFFF)).isEqualTo(Pattern.bytes(-0x1000, 0xFFF));
        }
    }

    private static void truncateTo(Path file, int size) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, size));
    }

    @Test
    void refusesElfFilesThatAreNoCoreOfA64BitMachine() throws IOException {
        Path file = new CoreFile().load(0, Pattern.bytes(0, 0x2000)).write(directory.resolve("core"));
        byte[] bytes = Files.readAllBytes(file);
        expectMalformed(bytes, 4, (byte) 1, "32-bit");
        expectMalformed(bytes, 5, (byte) 2, "big-endian");
        expectMalformed(bytes, 16, (byte) 2, "executable");
    }

    private void expectMalformed(byte[] bytes, int at, byte value, String word) throws IOException {
        byte[] changed = bytes.clone();
        changed[at] = value;
        Path file = Files.write(directory.resolve(word), changed);
        assertThatThrownBy(() -> connect(file))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.MALFORMED))
                .hasMessageContainingAll(file.toString(), word, "dump-guest-memory");
    }

    @Test
    void refusesABaseForAFileThatKnowsItsAddresses() throws IOException {
        Path file = new CoreFile().load(0, Pattern.bytes(0, 0x2000)).write(directory.resolve("core"));
        PluginArguments arguments = new PluginArguments(Optional.of(file.toString()), Map.of("base", "0x1000"));
        assertThatThrownBy(() -> new DumpConnector().connect(arguments, Optional.empty()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("base");
    }

    @Test
    void corruptHeadersNeverEscape() throws IOException {
        CoreFile core = new CoreFile()
                .load(0, Pattern.bytes(0, 0x1000))
                .load(0x10_0000, Pattern.bytes(0, 0x1000))
                .alias(0);
        byte[] whole = Files.readAllBytes(core.write(directory.resolve("core")));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] edges = {0, 1, 0x7F, (byte) 0x80, (byte) 0xFF};
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = whole.clone();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                bytes[4 + random.nextInt((int) core.memoryOffset() - 4)] = edges[random.nextInt(edges.length)];
            }
            int length = random.nextInt(4) == 0 ? 4096 + random.nextInt(bytes.length - 4096) : bytes.length;
            Path file = Files.write(directory.resolve("corrupt"), Arrays.copyOf(bytes, length));
            try (PhysicalMemory memory = connect(file)) {
                memory.readPartial(0xFF000, 0x4000);
            } catch (MemflowException refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).contains("corrupt");
            }
        }
    }
}
