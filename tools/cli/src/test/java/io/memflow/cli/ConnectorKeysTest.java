package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import org.junit.jupiter.api.Test;

class ConnectorKeysTest {
    @Test
    void everyConnectorIsListedWithItsKeysAndThoseOfAll() {
        Run run = Run.of(new FakeTarget(), "connectors");
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(run.out())
                .contains("fake", "memory made up by a test", "base", "an address")
                .contains("cache_page_size", "delay", "metrics")
                .contains("toy", "a system made up by a test");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void theListIsMachineReadable() {
        assertThat(Run.of(new FakeTarget(), "connectors", "--json").out().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("{\"kind\":\"connector\",\"name\":\"fake\",")
                        && line.contains("{\"key\":\"base\",\"meaning\":\"an address\"}")
                        && line.contains("\"key\":\"cache_size\""))
                .anyMatch(line -> line.equals(
                        "{\"kind\":\"os\",\"name\":\"toy\",\"summary\":\"a system made up by a test\",\"keys\":[]}"));
    }

    @Test
    void metricsAreSaidAtTheEndWhenTheChainCounts() {
        Run run = Run.of(
                new FakeTarget(),
                "read",
                "phys",
                "0x1000",
                "64K",
                "-c",
                "fake:image:cache_pages=all:metrics=on,cache_time=forever");
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(run.err())
                .startsWith("memflow: the source took 1 calls with 16 requests for 64 KiB, half of them within ")
                .contains("; pages: 0 hits, 16 misses, 0 evicted, 0 not for the cache; translations: 0 hits")
                .endsWith(".\n");
        assertThat(Run.of(new FakeTarget(), "read", "phys", "0", "16", "image").err())
                .isEmpty();
    }

    @Test
    void wrongValuesAreRefusedWithWhatIsAllowed() {
        Run run = Run.of(new FakeTarget(), "ps", "-c", "fake:image:cache_size=8tb");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err())
                .isEqualTo("memflow: Argument cache_size: \"8tb\" is not a number; allowed: 4kb to 16gb, in decimal"
                        + " digits, or 0x and hexadecimal ones, with kb, mb or gb behind if wanted.\n");
    }
}
