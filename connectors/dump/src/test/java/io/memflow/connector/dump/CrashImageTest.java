package io.memflow.connector.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.synthetic.CrashDumpBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Synthetic crash dumps through the connector. */
class CrashImageTest {
    private static final List<AddressRange> RANGES = List.of(
            new AddressRange(0x1000, 0x8000), new AddressRange(0xC000, 0x1000), new AddressRange(0x40_0000, 0x8000));

    @TempDir
    private Path directory;

    private static PhysicalMemory connect(Path file) {
        return new DumpConnector().connect(PluginArguments.ofTarget(file.toString()), Optional.empty());
    }

    private static byte[] dump(CrashDumpBuilder builder) {
        for (AddressRange range : RANGES) {
            builder.run(range.start(), Pattern.bytes(range.start(), (int) range.length()));
        }
        return builder.build();
    }

    /** A dump of one kind has the memory that went into it. */
    abstract static class Dumped extends PhysicalMemoryContract {
        @TempDir
        private Path folder;

        abstract CrashDumpBuilder kind();

        @Override
        protected List<AddressRange> ranges() {
            return RANGES;
        }

        @Override
        protected PhysicalMemory open() throws IOException {
            return connect(Files.write(folder.resolve("memory.dmp"), dump(kind())));
        }
    }

    @Nested
    class Full64 extends Dumped {
        @Override
        CrashDumpBuilder kind() {
            return CrashDumpBuilder.wide(1);
        }
    }

    @Nested
    class Full32 extends Dumped {
        @Override
        CrashDumpBuilder kind() {
            return CrashDumpBuilder.narrow(1);
        }
    }

    @Nested
    class Bitmap64 extends Dumped {
        @Override
        CrashDumpBuilder kind() {
            return CrashDumpBuilder.wide(5);
        }
    }

    @Nested
    class Summary64 extends Dumped {
        @Override
        CrashDumpBuilder kind() {
            return CrashDumpBuilder.wide(2);
        }
    }

    @Nested
    class Bitmap32 extends Dumped {
        @Override
        CrashDumpBuilder kind() {
            return CrashDumpBuilder.narrow(6);
        }
    }

    @Test
    void theHeaderIsACapabilityOfTheMemory() throws IOException {
        Path file = Files.write(directory.resolve("x.dmp"), dump(CrashDumpBuilder.wide(1)));

        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.capability(CrashDump.class).orElseThrow().header().build())
                    .isEqualTo(19041);
            assertThat(memory.description()).contains("Windows crash dump");
            assertThat(memory.defects()).isEmpty();
        }
    }

    @Test
    void aDumpThatWasCutOffSaysWhatIsMissing() throws IOException {
        byte[] whole = dump(CrashDumpBuilder.wide(1));
        Path file = Files.write(directory.resolve("cut.dmp"), Arrays.copyOf(whole, whole.length - 0x1800));

        try (PhysicalMemory memory = connect(file)) {
            assertThat(memory.defects()).hasSize(1);
            assertThat(memory.defects().getFirst()).contains("6144 bytes").contains("0x406800-0x408000");
        }
    }

    @Test
    void dumpsWithoutPhysicalMemoryAreRefusedWithAWayOut() throws IOException {
        Path triage = Files.write(directory.resolve("triage.dmp"), CrashDumpBuilder.triage());
        Path bare = Files.write(directory.resolve("bare.dmp"), Arrays.copyOf(dump(CrashDumpBuilder.wide(1)), 0x2000));

        assertThatThrownBy(() -> connect(triage))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("-o minidump:FILE")
                .hasMessageContaining("complete memory dump");
        assertThatThrownBy(() -> connect(bare))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("cut off");
    }
}
