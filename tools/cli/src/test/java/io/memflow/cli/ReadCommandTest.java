package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.symbol.Symbol;
import org.junit.jupiter.api.Test;

class ReadCommandTest {
    @Test
    void dumpsBytesForPeople() {
        Run run = Run.of(new FakeTarget(), "read", "phys", "0x1040", "20", "image");
        assertThat(run.out()).isEqualTo("""
                        0x0000000000001040  40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f  |@ABCDEFGHIJKLMNO|
                        0x0000000000001050  50 51 52 53                                       |PQRS|
                        0x0000000000001054
                        """);
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
    }

    @Test
    void showsUnreadableBytesAsUnknown() {
        Run run = Run.of(new FakeTarget().hole(0x1042, 2), "read", "phys", "0x1040", "8", "image");
        assertThat(run.out())
                .startsWith("0x0000000000001040  40 41 ?? ?? 44 45 46 47                           |@A??DEFG|\n");
        assertThat(run.err()).isEqualTo("memflow: could not read memory of 0x1042-0x1044: page not present.\n");
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
    }

    @Test
    void foldsRepeatedLines() {
        Run run = Run.of(new FakeTarget().hole(0x1000, 0x1000), "read", "phys", "0x1000", "4112", "image");
        assertThat(run.out().lines()).hasSize(4).element(1).isEqualTo("*");
        assertThat(run.out()).contains("0x0000000000002000  00 01").endsWith("0x0000000000002010\n");
    }

    @Test
    void failsWhenNothingCanBeRead() {
        Run run = Run.of(new FakeTarget().hole(0x1000, 0x1000), "read", "phys", "0x1000", "16", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).isEqualTo("memflow: Physical address 0x1000 (request of 16 bytes): page not present.\n");
    }

    @Test
    void givesJsonWithGaps() {
        Run run = Run.of(new FakeTarget().hole(0x1002, 2), "read", "--json", "phys", "0x1000", "6", "image");
        assertThat(run.out()).isEqualTo("""
                        {"address":"0x1000","length":6,"bytes":"0001????0405","complete":false,\
                        "gaps":[{"address":"0x1002","length":2,"why":"page not present"}]}
                        """);
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
    }

    @Test
    void splitsLongJsonIntoLines() {
        Run run = Run.of(new FakeTarget(), "read", "--json", "phys", "0", "129K", "image");
        assertThat(run.out().lines())
                .hasSize(3)
                .last()
                .asString()
                .startsWith("{\"address\":\"0x20000\",\"length\":1024");
    }

    @Test
    void writesRawBytes() {
        Run run = Run.of(new FakeTarget(), "read", "--raw", "phys", "0x10fe", "4", "image");
        assertThat(run.raw()).containsExactly(0xfe, 0xff, 0, 1);
    }

    @Test
    void endsRawOutputBeforeTheFirstGap() {
        Run run = Run.of(new FakeTarget().hole(0x1002, 1), "read", "--raw", "phys", "0x1000", "1M", "image");
        assertThat(run.raw()).containsExactly(0, 1);
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        Run nothing = Run.of(new FakeTarget().hole(0x1000, 1), "read", "--raw", "phys", "0x1000", "4", "image");
        assertThat(nothing.raw()).isEmpty();
        assertThat(nothing.status()).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void readsPhysicalMemoryWithoutKnowingTheSystem() {
        FakeTarget target = new FakeTarget();
        assertThat(Run.of(target, "read", "phys", "0", "16", "text").status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(Run.of(target, "read", "phys", "0", "16", "-c", "fake:text", "-o", "toy")
                        .status())
                .isEqualTo(ExitStatus.COMPLETE);
    }

    @Test
    void readsTheKernelBySymbol() {
        FakeTarget target = new FakeTarget().add(new Symbol("linux_banner", 0xffffffff81000041L, 'D', ""));
        assertThat(Run.of(target, "read", "kernel", "linux_banner", "3", "image")
                        .out())
                .startsWith("0xffffffff81000041  41 42 43 ");
        Run unknown = Run.of(target, "read", "kernel", "nothing", "3", "image");
        assertThat(unknown.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(unknown.err()).contains("no symbol \"nothing\"");
    }

    @Test
    void readsAProcess() {
        FakeTarget target = new FakeTarget().process(1, "init");
        assertThat(Run.of(target, "read", "1", "0x400041", "1", "image").out()).contains("41 ");
        Run none = Run.of(target, "read", "2", "0x400041", "1", "image");
        assertThat(none.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(none.err()).isEqualTo("memflow: The target has no process 2; memflow ps lists those it has.\n");
    }

    @Test
    void refusesWhatMakesNoSense() {
        FakeTarget target = new FakeTarget();
        assertThat(Run.of(target, "read", "phys", "0", "0", "image").status()).isEqualTo(ExitStatus.USAGE);
        assertThat(Run.of(target, "read", "phys", "0xfffffffffffffff0", "17", "image")
                        .status())
                .isEqualTo(ExitStatus.USAGE);
        assertThat(Run.of(target, "read", "phys", "here", "1", "image").status())
                .isEqualTo(ExitStatus.USAGE);
        assertThat(Run.of(target, "read", "some", "0", "1", "image").status()).isEqualTo(ExitStatus.USAGE);
        assertThat(Run.of(target, "read", "--raw", "--json", "phys", "0", "1", "image")
                        .status())
                .isEqualTo(ExitStatus.USAGE);
        assertThat(target.connections()).isEmpty();
    }
}
