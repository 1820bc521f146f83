package io.memflow.formats.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.RegistryKeyInfo;
import io.memflow.core.os.RegistryValueInfo;
import io.memflow.formats.synthetic.HiveBuilder;
import io.memflow.formats.synthetic.HiveBuilder.Lists;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hives of our own writer, whole and damaged: synthetic. */
class RegistryHiveTest {
    private static final int BINS = 4096;

    private static RegistryHive read(byte[] file) {
        return RegistryHive.ofFile(MemorySegment.ofArray(file));
    }

    private static byte[] bytes(RegistryValueInfo value) {
        return Objects.requireNonNull(value.data()).toArray(ValueLayout.JAVA_BYTE);
    }

    private static HiveBuilder sample() {
        HiveBuilder hive = new HiveBuilder();
        HiveBuilder.Key software = hive.root().key("Software").className("Class");
        software.text("Version", "1.0").number("Count", -2).text("", "default");
        software.value("List", 7, "a\0bc\0\0".getBytes(StandardCharsets.UTF_16LE));
        software.key("Größe").value("x", 11, new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
        software.key("日本語").value("値", 0xFFFF0012L, new byte[] {9});
        hive.root().key("Link").link().text("SymbolicLinkValue", "\\Registry\\Machine");
        return hive;
    }

    @Test
    void keysAndValuesAreThoseThatWereWritten() {
        RegistryHive hive = read(sample().build());
        assertThat(hive.damage()).isEmpty();
        assertThat(hive.baseBlock().fileName()).isEqualTo("emRoot\\System32\\Config\\MADE");
        assertThat(hive.root().isRoot()).isTrue();
        Listing<HiveKey> all = hive.root().descendants();
        assertThat(all.isComplete()).isTrue();
        assertThat(all.rows())
                .extracting(HiveKey::path)
                .containsExactly("Software", "Software\\Größe", "Software\\日本語", "Link");
        RegistryKeyInfo info = hive.key("software").orElseThrow().info();
        assertThat(info.className()).isEqualTo("Class");
        assertThat(info.lastWritten()).isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(info.subkeys()).isEqualTo(2);
        assertThat(info.values()).isEqualTo(4);
        assertThat(hive.key("LINK").orElseThrow().kind()).isEqualTo(RegistryKeyInfo.Kind.LINK);
        assertThat(hive.key("Software\\none")).isEmpty();
    }

    @Test
    void valuesSayWhatTheirTypesMean() {
        HiveKey key = read(sample().build()).key("Software").orElseThrow();
        assertThat(key.value("VERSION").orElseThrow().text()).hasValue("1.0");
        assertThat(key.value("").orElseThrow().text()).hasValue("default");
        assertThat(key.value("Count").orElseThrow().number()).hasValue(0xFFFF_FFFEL);
        assertThat(key.value("List").orElseThrow().texts()).containsExactly("a", "bc");
        assertThat(key.subkey("größe").orElseThrow().value("x").orElseThrow().number())
                .hasValue(1);
        RegistryValueInfo unknown = key.subkey("日本語").orElseThrow().value("値").orElseThrow();
        assertThat(unknown.typeName()).isEqualTo("0xffff0012");
        assertThat(bytes(unknown)).containsExactly(9);
        assertThat(key.security().orElseThrow().references()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Lists.class)
    void everyKindOfListIsFollowed(Lists kind) {
        HiveBuilder hive = new HiveBuilder();
        hive.root().lists(kind);
        for (int i = 0; i < 50; i++) {
            hive.root().key("key" + i);
        }
        Listing<HiveKey> keys = read(hive.build()).root().subkeys();
        assertThat(keys.isComplete()).isTrue();
        assertThat(keys.rows()).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void longValuesAreWholeDividedOrNot(int minorVersion) {
        byte[] data = new byte[50_000];
        new SplittableRandom(minorVersion).nextBytes(data);
        HiveBuilder hive = new HiveBuilder(minorVersion, "root");
        hive.root().value("long", 3, data).value("edge", 3, Arrays.copyOf(data, 16344));
        List<RegistryValueInfo> values = read(hive.build()).root().values().rows();
        assertThat(bytes(values.getFirst())).isEqualTo(data);
        assertThat(bytes(values.getLast())).hasSize(16344);
    }

    @Test
    void aHiveThatWasBeingWrittenIsNamed() {
        byte[] file = sample().build();
        file[4] = 8;
        HiveBuilder.sealed(file);
        assertThat(read(file).damage())
                .singleElement()
                .extracting(MissingPart::why)
                .asString()
                .contains("write 8 had begun and write 7 ended");
        file[100] = 1;
        assertThat(read(file).damage()).extracting(MissingPart::what).contains("base block");
    }

    @Test
    void whatIsNoHiveIsRefused() {
        assertThatThrownBy(() -> read(new byte[4096])).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> read(Arrays.copyOf(sample().build(), 100))).isInstanceOf(MalformedDataException.class);
        byte[] log = sample().build();
        log[28] = 6;
        assertThatThrownBy(() -> read(log)).hasMessageContaining("log of changes");
    }

    @Test
    void aKeyThatIsListedBelowItselfIsNamedAndNotFollowed() {
        byte[] file = sample().build();
        RegistryHive hive = read(file);
        int root = hive.root().index();
        int software = hive.key("Software").orElseThrow().index();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int list = bytes.getInt(BINS + software + 4 + 28);
        bytes.putInt(BINS + list + 4 + 4, root);
        Listing<HiveKey> all = read(file).root().descendants();
        assertThat(all.rows()).extracting(HiveKey::path).containsExactly("Software", "Software\\日本語", "Link");
        assertThat(all.missing()).extracting(MissingPart::why).contains("it is listed below itself");
    }

    @Test
    void aDamagedCellCostsNoOtherKey() {
        byte[] file = sample().build();
        int lost = read(file).key("Software\\Größe").orElseThrow().index();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(BINS + lost, 16);
        Listing<HiveKey> all = read(file).root().descendants();
        assertThat(all.rows()).extracting(HiveKey::path).containsExactly("Software", "Software\\日本語", "Link");
        assertThat(all.missing())
                .extracting(MissingPart::why)
                .singleElement()
                .asString()
                .contains("cell 0x%x: it is free".formatted(lost));
    }

    @Test
    void aFileThatEndsEarlyGivesWhatItHas() {
        HiveBuilder hive = new HiveBuilder();
        hive.root().key("first").text("a", "b");
        hive.root().key("second").value("long", 3, new byte[12_000]);
        byte[] file = hive.build();
        byte[] cut = Arrays.copyOf(file, BINS + 4096);
        RegistryHive read = read(cut);
        assertThat(read.damage()).extracting(MissingPart::what).containsExactly("end of the file");
        assertThatThrownBy(read::root).isInstanceOf(MemflowException.class).hasMessageContaining("beyond");
    }

    @Test
    void deepKeysEndAtTheDepthThatWindowsHas() {
        HiveBuilder hive = new HiveBuilder();
        HiveBuilder.Key key = hive.root();
        for (int level = 0; level < 600; level++) {
            key = key.key("k");
        }
        Listing<HiveKey> all = read(hive.build()).root().descendants();
        assertThat(all.rows()).hasSize(512);
        assertThat(all.missing()).extracting(MissingPart::why).containsExactly("they are more than 512 levels deep");
    }

    @Test
    void noDamageLeavesTheReaderOtherwiseThanDocumented() {
        byte[] whole = sample().build();
        for (int seed = 0; seed < 3000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] file = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int change = 0; change < 1 + random.nextInt(8) && file.length > 0; change++) {
                file[random.nextInt(Math.min(file.length, BINS + 1500))] = (byte) random.nextInt();
            }
            try {
                for (HiveKey key : read(file).root().descendants().rows()) {
                    key.info();
                    key.values();
                }
            } catch (MemflowException documented) {
                assertThat(documented).as("seed %d", seed).hasMessageMatching("(?s).+");
            }
        }
    }
}
