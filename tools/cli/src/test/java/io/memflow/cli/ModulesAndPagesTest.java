package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageRun;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ModulePart;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.os.SymbolBinding;
import io.memflow.core.os.SymbolVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModulesAndPagesTest {
    private static final long BASE = 0x7f12_3450_0000L;

    private static FakeTarget target() {
        return new FakeTarget()
                .process(1, "init", "/sbin/init")
                .add(new ModuleInfo(BASE, "libc.so.6", "/lib/libc.so.6", BASE, 0x20_0000L, FakeTarget.WHOLE))
                .row(new ImportInfo(
                        "stdout",
                        null,
                        "libc.so.6",
                        new SymbolVersion("GLIBC_2.2.5", SymbolVersion.Rank.NAMED),
                        SymbolBinding.GLOBAL,
                        BASE + 0x1000,
                        FakeTarget.WHOLE))
                .row(new ImportInfo(
                        null,
                        null,
                        null,
                        null,
                        SymbolBinding.WEAK,
                        null,
                        FakeTarget.lacking("name", "not present at level 1")))
                .row(new ExportInfo(
                        "memcpy",
                        null,
                        BASE + 0x2000,
                        64L,
                        ExportInfo.Kind.RESOLVER,
                        SymbolBinding.GLOBAL,
                        new SymbolVersion("GLIBC_2.14", SymbolVersion.Rank.DEFAULT),
                        null,
                        null,
                        FakeTarget.WHOLE))
                .row(new SectionInfo(
                        ".text", SectionInfo.Kind.SECTION, BASE + 0x1000, 0x3000L, "r-x", FakeTarget.WHOLE))
                .row(new ModuleDetails(
                        "libc.so.6",
                        BASE,
                        "0011aabb",
                        "libc.so.6",
                        "x86-64",
                        null,
                        null,
                        List.of("ld-linux-x86-64.so.2"),
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(new ModulePart("text", BASE, 0x1000)),
                        FakeTarget.WHOLE))
                .add(new MemoryRegion(BASE, BASE + 0x4000, "rw-p", 0, null, 0, FakeTarget.WHOLE))
                .row(new PageRow(
                        new PageRun(
                                new AddressRange(BASE, 0x1000),
                                new PageContent.InMemory(PageSource.PAGE_TABLE, 0x7000)),
                        FakeTarget.WHOLE))
                .row(new PageRow(
                        new PageRun(
                                new AddressRange(BASE + 0x1000, 0x3000),
                                new PageContent.Missing(Fault.SWAPPED_OUT, "slot 17 of /swap")),
                        FakeTarget.WHOLE));
    }

    @Test
    void modulesOfAProcess() {
        assertThat(Run.of(target(), "modules", "1", "image").out())
                .contains("libc.so.6")
                .contains("/lib/libc.so.6");
    }

    @Test
    void importsNameTheirLibraryAndVersion() {
        Run run = Run.of(target(), "imports", "1", "libc.so.6", "image");
        assertThat(run.out()).isEqualTo("""
                                  SLOT  BINDING  LIBRARY    NAME
                        0x7f1234501000  global   libc.so.6  stdout@GLIBC_2.2.5
                                     -  weak     -          ?
                        """);
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(run.err()).contains("not present at level 1");
    }

    @Test
    void exportsAreMachineReadable() {
        assertThat(Run.of(target(), "exports", "--json", "1", "libc.so.6", "image")
                        .out())
                .isEqualTo("""
                        {"name":"memcpy","ordinal":null,"address":"0x7f1234502000","size":64,"kind":"resolver",\
                        "binding":"global","version":"GLIBC_2.14","version_rank":"default","forwarder":null,\
                        "restriction":null,"sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void sectionsOfAKernelModuleNeedNoProcess() {
        assertThat(Run.of(target(), "sections", "libc.so.6", "image").out()).isEqualTo("""
                                  BASE    SIZE  PERMS  KIND     NAME
                        0x7f1234501000  12 KiB  r-x    section  .text
                        """);
    }

    @Test
    void detailsListWhatAModuleNeeds() {
        assertThat(Run.of(target(), "module-details", "1", "image").out())
                .contains("0011aabb")
                .contains("ld-linux-x86-64.so.2");
        assertThat(Run.of(target(), "module-details", "--json", "1", "image").out())
                .contains("\"parts\":[{\"purpose\":\"text\",\"base\":\"0x7f1234500000\",\"size\":4096}]");
    }

    @Test
    void aModuleThatIsNotThereIsNamedWithTheVerbThatListsThem() {
        Run ofProcess = Run.of(target(), "exports", "1", "libm.so.6", "image");
        assertThat(ofProcess.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(ofProcess.err()).contains("Process 1 has no module \"libm.so.6\"; memflow modules 1 lists");
        Run ofKernel = Run.of(target(), "exports", "ext9", "image");
        assertThat(ofKernel.err()).contains("The kernel has no module \"ext9\"; memflow modules lists");
    }

    @Test
    void pagesOfARangeSayWhereTheyAreOrWhyNot() {
        assertThat(Run.of(target(), "pages", "1", "0x7f1234500000", "16K", "image")
                        .out())
                .isEqualTo("""
                                 START             END    SIZE  FOUND   PHYSICAL  HOW KEPT, OR WHY NOT
                        0x7f1234500000  0x7f1234501000   4 KiB  mapped    0x7000
                        0x7f1234501000  0x7f1234504000  12 KiB                    page swapped out: slot 17 of /swap
                        """);
    }

    @Test
    void pagesOfAProcessAreSummedByRegion() {
        assertThat(Run.of(target(), "pages", "--json", "1", "image").out()).isEqualTo("""
                        {"pid":1,"start":"0x7f1234500000","end":"0x7f1234504000","perms":"rw-p","file":null,\
                        "mapped":4096,"no_access":0,"migration":0,"page_cache":0,"swap_cache":0,\
                        "zram":0,"swapped_zeroes":0,"transition":0,"prototype":0,"page_file":0,"swapped_out":12288,"file_page_absent":0,"never_touched":0,"other_missing":0,\
                        "sources":["task-list"],"complete":true}
                        """);
    }

    @Test
    void aRangeOfNoBytesIsAMistake() {
        Run run = Run.of(target(), "pages", "1", "0x1000", "0", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("LENGTH has to be at least 1");
    }
}
