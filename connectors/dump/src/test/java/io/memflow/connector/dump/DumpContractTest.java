package io.memflow.connector.dump;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class DumpContractTest {
    private static PhysicalMemory connect(Path file, String arguments) {
        String step = "dump:\"%s\":%s".formatted(file.toString().replace("\\", "\\\\"), arguments);
        return new DumpConnector()
                .connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step).arguments(), Optional.empty());
    }

    /** A raw image whose last page is not whole. */
    @Nested
    class RawFromZero extends PhysicalMemoryContract {
        @Override
        protected List<AddressRange> ranges() {
            return List.of(new AddressRange(0, 0x2_0123));
        }

        @Override
        protected PhysicalMemory open() throws IOException {
            return connect(Files.write(directory.resolve("image.raw"), Pattern.bytes(0, 0x2_0123)), "");
        }
    }

    @Nested
    class RawFromBase extends PhysicalMemoryContract {
        @Override
        protected List<AddressRange> ranges() {
            return List.of(new AddressRange(0x4000_0000L, 0x2_0000));
        }

        @Override
        protected PhysicalMemory open() throws IOException {
            Path file = Files.write(directory.resolve("a, b.raw"), Pattern.bytes(0x4000_0000L, 0x2_0000));
            return connect(file, "base=0x4000_0000");
        }
    }

    /** Segments out of order, one of them given twice, one without bytes. */
    @Nested
    class Core extends PhysicalMemoryContract {
        @Override
        protected List<AddressRange> ranges() {
            return List.of(
                    new AddressRange(0, 0xA_0000),
                    new AddressRange(0xC_0000, 0x1_0000),
                    new AddressRange(0x1_0000_0000L, 0x8000));
        }

        @Override
        protected PhysicalMemory open() throws IOException {
            CoreFile core = new CoreFile();
            for (AddressRange range : ranges().reversed()) {
                core.load(range.start(), Pattern.bytes(range.start(), (int) range.length()));
            }
            return connect(core.alias(1).without(0xFEC0_0000L, 0x1000).write(directory.resolve("core.elf")), "");
        }
    }

    /** A raw image of a machine with a hole, which is not in the image. */
    @Nested
    class RawThroughMemoryMap extends PhysicalMemoryContract {
        @Override
        protected List<AddressRange> ranges() {
            return List.of(
                    new AddressRange(0, 0x8000),
                    new AddressRange(0xA000, 0x1000),
                    new AddressRange(0x1_0000_0000L, 0x8000));
        }

        @Override
        protected PhysicalMemory open() throws IOException {
            byte[] image = new byte[0x1_1000];
            System.arraycopy(Pattern.bytes(0, 0x8000), 0, image, 0, 0x8000);
            System.arraycopy(Pattern.bytes(0x1_0000_0000L, 0x8000), 0, image, 0x8000, 0x8000);
            System.arraycopy(Pattern.bytes(0xA000, 0x1000), 0, image, 0x1_0000, 0x1000);
            Path map = Files.writeString(directory.resolve("map.toml"), """
                    [[range]]
                    base = 0x1_0000_0000
                    length = 0x8000
                    real_base = 0x8000

                    [[range]]
                    base = 0
                    length = 0x8000

                    [[range]]
                    base = 0xA000
                    length = 4_096
                    real_base = 0x1_0000
                    """);
            return connect(Files.write(directory.resolve("image.raw"), image), "memmap=\"" + map + "\"");
        }
    }
}
