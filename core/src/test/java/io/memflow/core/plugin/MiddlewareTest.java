package io.memflow.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.cache.CacheOptions;
import io.memflow.core.cache.CacheStatistics;
import io.memflow.core.cache.PageCache;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.cache.Validity;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.view.MemoryMetrics;
import io.memflow.core.view.PatternMemory;
import io.memflow.core.view.WrappedMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MiddlewareTest {
    private final List<PluginArguments> connections = new ArrayList<>();
    private final PhysicalMemory mapped = PatternMemory.of(List.of(new AddressRange(0, 64 << 20)));
    private final PhysicalMemory unmapped = new WrappedMemory(mapped, mapped) {
        @Override
        public <C> Optional<C> capability(Class<C> type) {
            return type == DirectMap.class ? Optional.empty() : super.capability(type);
        }
    };
    private final Inventory inventory = new Inventory(List.of(new Source()), List.of());

    @Test
    void leavesAConnectorAloneUnlessAsked() {
        assertThat(connect("source:unmapped:own=1")).isSameAs(unmapped);
        assertThat(connect("source:unmapped:cache=false,cache_size=8mb,metrics=off,delay=0"))
                .isSameAs(unmapped);
        assertThat(connections.getFirst().values()).containsOnlyKeys("own");
        assertThat(connections.getLast().values()).isEmpty();
    }

    @Test
    void cachesAsAsked() {
        assertThat(options("source:unmapped:cache=true")).isEqualTo(CacheOptions.DEFAULT);
        assertThat(options("source:unmapped:cache=on,delay=1000"))
                .isEqualTo(CacheOptions.DEFAULT.withPageTypes(CacheOptions.ALL));
        assertThat(options("source:unmapped:cache_size=0x10mb,cache_page_size=64KB,cache_time=20,cache_pages=all"))
                .isEqualTo(new CacheOptions(
                        16 << 20, 1 << 16, 8, CacheOptions.ALL, new Validity.Timed(Duration.ofMillis(20))));
        assertThat(options("source:unmapped:cache_time=forever,delay=1000,cache_pages=stable"))
                .isEqualTo(CacheOptions.DEFAULT.withValidity(Validity.MANUAL));
    }

    @Test
    void takesNoMoreRoomThanTheMemoryHas() {
        assertThat(options("source:unmapped:cache_size=1g").totalBytes()).isEqualTo((64 << 20) + 4096);
    }

    @Test
    void offersACacheOfTranslationsWithTheCache() {
        PhysicalMemory memory = connect("source:unmapped::cache=1");
        assertThat(memory.capability(TranslationCache.class)).isPresent();
        assertThat(connect("source:unmapped::cache_translations=0").capability(TranslationCache.class))
                .isEmpty();
    }

    @Test
    void countsWhatReachesTheSource() {
        PhysicalMemory memory = connect("source:unmapped:cache_pages=all:metrics=true,cache_time=forever");
        memory.readLong(0x1000);
        memory.readLong(0x1008);
        assertThat(memory.capability(MemoryMetrics.class).orElseThrow().reads().calls())
                .isEqualTo(1);
        assertThat(memory.capability(PageCache.class).orElseThrow().statistics())
                .isEqualTo(new CacheStatistics(CacheStatistics.Mode.CACHING, 1, 1, 0, 0, 0));
    }

    @Test
    void leavesMappedMemoryMapped() {
        PhysicalMemory memory = connect("source:mapped:cache=true");
        assertThat(memory.capability(DirectMap.class)).isPresent();
        assertThat(memory.capability(PageCache.class).orElseThrow().statistics().mode())
                .isEqualTo(CacheStatistics.Mode.BYPASSED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cache=maybe       | Argument cache: \"maybe\" is neither; allowed: true or false, on or off, 1 or 0.",
                "cache_size=       | Argument cache_size: \"\" is not a number; allowed: 4kb to 16gb, in decimal digits",
                "cache_size=8tb    | Argument cache_size: \"8tb\" is not a number; allowed: 4kb to 16gb, in decimal digits",
                "cache_size=-1     | Argument cache_size: \"-1\" is not a number",
                "cache_size=1      | Argument cache_size: \"1\" is too small; allowed: 4kb to 16gb",
                "cache_size=17gb   | Argument cache_size: \"17gb\" is too large",
                "cache_size=0xffffffffffffffffk | is not a number",
                "cache_page_size=5000 | Argument cache_page_size: \"5000\" is no power of two; allowed: a power of two",
                "cache_page_size=256  | Argument cache_page_size: \"256\" is too small; allowed: 512 to 2mb",
                "cache=off,cache_time=0 | Argument cache_time: \"0\" is too small; allowed: 1 to 86400000",
                "cache_pages=some  | Argument cache_pages: \"some\" is none of its words; allowed: stable or all.",
                "cache_translations=2m | Argument cache_translations: \"2m\" is not a number; allowed: 0 to 1048576",
                "delay=10000001 | Argument delay: \"10000001\" is too large; allowed: 0 to 10000000,",
                "delay=1s          | Argument delay: \"1s\" is not a number",
                "metrics=2         | Argument metrics: \"2\" is neither",
            })
    void refusesValuesBeforeItConnects(String arguments, String message) {
        assertThatThrownBy(() -> connect("source:unmapped:" + arguments))
                .isInstanceOfSatisfying(
                        MemflowException.class, bad -> assertThat(bad.kind()).isEqualTo(ErrorKind.ARG_VALIDATION))
                .hasMessageContaining(message);
        assertThat(connections).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"source:unmapped:cach=1", "source:unmapped:own=1:cache_sizes=1", "source:unmapped::x"})
    void refusesUnknownKeysAndNamesTheKnown(String step) {
        assertThatThrownBy(() -> connect(step))
                .isInstanceOfSatisfying(
                        MemflowException.class, bad -> assertThat(bad.kind()).isEqualTo(ErrorKind.ARG_NOT_EXISTS))
                .hasMessageContaining("it takes own, cache, cache_size,");
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "0x2000, 8192",
        "8K, 8192",
        "8kb, 8192",
        "0x1M, 1048576",
        "0x10mb, 16777216",
        "4_096, 4096"
    })
    void readsSizesInEveryForm(String written, long bytes) {
        assertThat(options("source:unmapped:cache_size=" + written).totalBytes())
                .isEqualTo(bytes);
    }

    private CacheOptions options(String step) {
        return connect(step).capability(PageCache.class).orElseThrow().options();
    }

    private PhysicalMemory connect(String step) {
        return inventory.connect(ChainParser.parse(ChainStep.Kind.CONNECTOR, step), Optional.empty());
    }

    private final class Source implements ConnectorProvider {
        @Override
        public String name() {
            return "source";
        }

        @Override
        public String summary() {
            return "a source made up by a test";
        }

        @Override
        public List<ArgumentDescription> arguments() {
            return List.of(new ArgumentDescription("own", "anything"));
        }

        @Override
        public boolean recognises(String target) {
            return false;
        }

        @Override
        public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
            connections.add(arguments);
            return arguments.target().equals(Optional.of("mapped")) ? mapped : unmapped;
        }
    }
}
