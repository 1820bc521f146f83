package io.memflow.formats.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.RegistryType;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.formats.OtherProgram;
import io.memflow.formats.WindowsSamples;
import io.memflow.formats.synthetic.HiveBuilder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What we read of hives equals what hivex reads (Debian's python3-hivex): each key with its time, each value with its type and
 * bytes, in their order. Of a hive of our own writer, of hives that hivex itself wrote, and of those in the folder that {@code -Dwindows.samples=DIR} names.
 */
class HiveOracleTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final long EPOCH = 11_644_473_600L;

    private static final String READING = """
            import hashlib, hivex, sys
            def text(name):
                return name.encode('utf-8', 'surrogatepass').hex()
            def walk(hive, node, path, level):
                print('K', text(path), hive.node_timestamp(node))
                for value in hive.node_values(node):
                    try:
                        kind, data = hive.value_value(value)
                        print('V', text(hive.value_key(value)), kind & 0xffffffff, len(data), hashlib.sha256(data).hexdigest())
                    except (RuntimeError, OSError) as error:
                        print('E value', error)
                if level < 512:
                    for child in hive.node_children(node):
                        try:
                            name = hive.node_name(child)
                        except (RuntimeError, OSError) as error:
                            print('E key', error)
                            continue
                        walk(hive, child, (path + chr(92) + name) if path else name, level + 1)
            sys.setrecursionlimit(10000)
            try:
                hive = hivex.Hivex(sys.argv[1])
                walk(hive, hive.root(), '', 0)
            except (RuntimeError, OSError) as error:
                print('E', error)
            """;

    @TempDir
    private Path directory;

    @Test
    void aHiveOfOurWriterReadsAsHivexReadsIt() throws IOException {
        HiveBuilder hive = new HiveBuilder();
        hive.root()
                .key("Software")
                .text("Version", "1")
                .number("Count", 7)
                .key("日本")
                .value("", 3, new byte[40_000]);
        Path file = Files.write(directory.resolve("hive"), hive.build());
        Deviation deviation = compare(file);
        assertThat(deviation.text()).isEmpty();
        assertThat(deviation.keys()).isEqualTo(3);
    }

    /** hivex starts from a hive without keys of our writer; cells, lists and values are its own, and so is what must be read. */
    @ParameterizedTest
    @CsvSource({"3, 1", "5, 2", "5, 3", "6, 4"})
    void aHiveThatHivexWroteHasWhatItWroteAndReadsAsHivexReadsIt(int minor, int seed) throws IOException {
        Path file = Files.write(directory.resolve("hive"), new HiveBuilder(minor, "ROOT").build());
        Path script =
                Files.write(directory.resolve("write.py"), WindowsSamples.resource(HiveOracleTest.class, "write.py"));
        List<String> written = OtherProgram.HIVEX
                .run(List.of(script.toString(), file.toString(), Integer.toString(seed)))
                .lines()
                .toList();

        Deviation deviation = compare(file);
        assertThat(deviation.text()).as("seed %d", seed).isEmpty();
        assertThat(deviation.isDamaged()).as("seed %d", seed).isFalse();
        List<String> ours = new ArrayList<>();
        print(
                RegistryHive.ofFile(MemorySegment.ofArray(WindowsSamples.read(file)))
                        .root(),
                ours);
        // Times are hivex's; it keeps keys sorted, the script does not.
        assertThat(ours.stream()
                        .map(line -> line.replaceFirst("^(K \\S* )\\d+$", "$1").strip()))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(
                        written.stream().map(String::strip).toList());
        System.out.printf(
                "Hive 1.%d that hivex wrote: %d keys, %d values are alike%n",
                minor, deviation.keys(), deviation.values());
    }

    /** Hives that were damaged on purpose are read differently by any two readers: they are named, not hidden. */
    @Test
    void hivesInTheFolderReadAsHivexReadsThem() {
        List<Path> files = WindowsSamples.files(
                start -> RegistryHive.isHive(MemorySegment.ofArray(start)) && start.length > 28 && start[28] == 0);
        List<Deviation> deviations = new ArrayList<>();
        long keys = 0;
        long values = 0;
        int alike = 0;
        for (Path file : files) {
            Deviation deviation = compare(file);
            if (deviation.text().isEmpty()) {
                alike++;
                keys += deviation.keys();
                values += deviation.values();
            } else {
                deviations.add(deviation);
            }
        }
        System.out.printf(
                "%d of %d hives are alike: %d keys, %d values%n%s%n",
                alike,
                files.size(),
                keys,
                values,
                String.join("\n", deviations.stream().map(Deviation::text).toList()));
        assertThat(deviations)
                .allSatisfy(one -> assertThat(one.isDamaged()).as(one.text()).isTrue());
    }

    /**
     * How our reading of a file differs from the other's.
     *
     * @param text empty for no difference
     * @param isDamaged whether one of the two readers says that the hive is damaged
     */
    private record Deviation(String text, boolean isDamaged, long keys, long values) {}

    private static Deviation compare(Path file) {
        List<String> theirs = hivex(file);
        boolean isDamaged = theirs.stream().anyMatch(line -> line.startsWith("E"));
        List<String> ours = new ArrayList<>();
        try {
            RegistryHive hive = RegistryHive.ofFile(MemorySegment.ofArray(WindowsSamples.read(file)));
            isDamaged |= !hive.damage().isEmpty();
            isDamaged |= !print(hive.root(), ours);
        } catch (MemflowException refused) {
            ours.add("E " + refused.getMessage());
            isDamaged = true;
        }
        String text = "";
        for (int line = 0; line < Math.max(ours.size(), theirs.size()) && text.isEmpty(); line++) {
            String our = line < ours.size() ? ours.get(line) : "(end)";
            String their = line < theirs.size() ? theirs.get(line) : "(end)";
            if (!our.equals(their)) {
                text = "%s: line %d: we read %s, hivex %s".formatted(file.getFileName(), line, our, their);
            }
        }
        return new Deviation(
                text,
                isDamaged,
                ours.stream().filter(line -> line.startsWith("K")).count(),
                ours.stream().filter(line -> line.startsWith("V")).count());
    }

    private static List<String> hivex(Path file) {
        return OtherProgram.HIVEX
                .run(List.of("-c", READING, file.toString()))
                .lines()
                .toList();
    }

    /** Prints a key and all below it as the script does; whether nothing was damaged. */
    private static boolean print(HiveKey key, List<String> lines) {
        lines.add("K " + hex(key.path()) + " " + units(key.lastWritten().orElse(null)));
        Listing<RegistryValueInfo> values = key.values();
        boolean isWhole = values.isComplete() && key.provenance().isComplete();
        for (RegistryValueInfo value : values.rows()) {
            MemorySegment data = value.data();
            lines.add("V " + hex(value.name()) + " " + value.type() + " "
                    + (data == null ? "?" : data.byteSize() + " " + hash(data)));
        }
        Listing<HiveKey> keys = key.subkeys();
        isWhole &= keys.missing().isEmpty();
        for (HiveKey child : keys.rows()) {
            isWhole &= print(child, lines);
        }
        return isWhole;
    }

    private static long units(@Nullable Instant time) {
        return time == null ? 0 : (time.getEpochSecond() + EPOCH) * 10_000_000 + time.getNano() / 100;
    }

    private static String hex(String text) {
        return HEX.formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(MemorySegment data) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(data.toArray(ValueLayout.JAVA_BYTE)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Test
    void typesHaveTheNamesOfWinnt() {
        assertThat(RegistryType.of(11).orElseThrow().label()).isEqualTo("REG_QWORD");
        assertThat(RegistryType.of(12)).isEmpty();
    }
}
