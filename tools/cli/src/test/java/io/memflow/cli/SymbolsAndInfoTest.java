package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.symbol.Symbol;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SymbolsAndInfoTest {
    private static FakeTarget target() {
        return new FakeTarget()
                .add(new Symbol("_text", 0xffffffff81000000L, 'T', ""))
                .add(new Symbol("ext4_fill_super", 0xffffffffc0400100L, 't', "ext4"))
                .add(new DiscoveryStep(
                        "kernel page table",
                        DiscoveryStep.Confidence.CONFIRMED,
                        "root 0x1c410000",
                        Duration.ofNanos(12_340_000)));
    }

    @Test
    void symbolsPrintsBothForms() {
        assertThat(Run.of(target(), "symbols", "image").out()).isEqualTo("""
                        ADDRESS             T  NAME
                        0xffffffff81000000  T  _text
                        0xffffffffc0400100  t  ext4_fill_super  [ext4]
                        """);
        assertThat(Run.of(target(), "symbols", "--json", "image").out()).isEqualTo("""
                        {"name":"_text","address":"0xffffffff81000000","type":"T","module":null}
                        {"name":"ext4_fill_super","address":"0xffffffffc0400100","type":"t","module":"ext4"}
                        """);
    }

    @Test
    void symbolsKeepsThoseThatMatch() {
        assertThat(Run.of(target(), "symbols", "--json", "--match=ext4_*", "image")
                        .out()
                        .lines())
                .hasSize(1);
        assertThat(Run.of(target(), "symbols", "--match", "[z", "image").status())
                .isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void infoPrintsATable() {
        assertThat(Run.of(target(), "info", "image").out()).isEqualTo("""
                        system      Linux version 6.1.0-56-cloud-amd64
                        processor   x86-64
                        memory      96 MiB in 2 ranges, fake \\x1b[31mimage
                        kernel      30 MiB at 0xffffffff9a000000, physical 0x1a000000, moved by 0x19000000
                        page table  x86-64 4-level, root at physical 0x1c410000
                        symbols     2

                        STEP               SURE          TIME  FOUND
                        kernel page table  confirmed  12.3 ms  root 0x1c410000
                        """);
    }

    @Test
    void infoPrintsJsonLines() {
        assertThat(Run.of(target(), "info", "--json", "image").out()).isEqualTo("""
                        {"record":"system","name":"linux","version":"Linux version 6.1.0-56-cloud-amd64",\
                        "architecture":"x86-64","paging":"x86-64 4-level","kernel_base":"0xffffffff9a000000",\
                        "kernel_physical_base":"0x1a000000","kernel_size":31457280,"slide":"0x19000000",\
                        "dtb":"0x1c410000","symbols":2,"memory":"fake \\u001B[31mimage","memory_size":100664832,\
                        "memory_ranges":[{"start":"0x0","size":100663296},{"start":"0x100000000","size":1536}],\
                        "defects":[]}
                        {"record":"step","name":"kernel page table","confidence":"confirmed",\
                        "finding":"root 0x1c410000","seconds":0.01234}
                        """);
    }

    @Test
    void infoEndsIncompleteWhenAStepFoundNothing() {
        FakeTarget target = target().add(
                        new DiscoveryStep("types", DiscoveryStep.Confidence.MISSING, "no BTF section", Duration.ZERO));
        Run run = Run.of(target, "info", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(run.err()).isEqualTo("memflow: could not read types: no BTF section.\n");
    }
}
