package io.memflow.os.windows.symbol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.formats.pe.PdbReference;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.synthetic.SyntheticPdb;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of symbol files, of which one is a synthetic kernel's. */
class SyntheticSymbolStoreTest {
    @TempDir
    private Path folder;

    private final SyntheticWindows machine = TestedBuild.TEN_X64.builder().build();

    @AfterEach
    void close() {
        machine.close();
    }

    private PdbIdentity wanted() {
        return SyntheticKernelFile.identity(machine);
    }

    private Path put(byte[] bytes, String... place) throws IOException {
        Path path = folder.resolve(Path.of("", place));
        Files.createDirectories(path.getParent());
        return Files.write(path, bytes);
    }

    private DiscoveryStep step() {
        return SyntheticKernelFile.step(machine, Map.of("symbols", folder.toString()));
    }

    @Test
    void theKeyOfAFileIsItsGuidAndItsAgeInHexadecimal() {
        assertThat(new PdbIdentity("ntkrnlmp.pdb", "1C9875F7-6C8F-0FBF-3EB9-A9D7C1C27406", 1).key())
                .isEqualTo("1C9875F76C8F0FBF3EB9A9D7C1C274061");
        assertThat(new PdbIdentity("ntkrnlmp.pdb", "1C9875F7-6C8F-0FBF-3EB9-A9D7C1C27406", 0x1A).key())
                .isEqualTo("1C9875F76C8F0FBF3EB9A9D7C1C274061A");
    }

    @Test
    void theFileOfASyntheticKernelIsFoundInAFolderOfOneTier() throws IOException {
        PdbIdentity wanted = wanted();
        put(SyntheticPdb.of(machine), wanted.name(), wanted.key(), wanted.name());
        assertThat(step()).satisfies(step -> {
            assertThat(step.confidence()).isEqualTo(Confidence.CONFIRMED);
            assertThat(step.finding()).contains(wanted.guid()).contains("the folder");
        });
    }

    @Test
    void theFileOfASyntheticKernelIsFoundInAFolderOfTwoTiersAndInSmallLetters() throws IOException {
        PdbIdentity wanted = wanted();
        put(new byte[0], "index2.txt");
        put(SyntheticPdb.of(machine), "nt", wanted.name(), wanted.key().toLowerCase(Locale.ROOT), wanted.name());
        assertThat(step().confidence()).isEqualTo(Confidence.CONFIRMED);
    }

    @Test
    void aCompressedFileIsNamedAsNotSupported() throws IOException {
        PdbIdentity wanted = wanted();
        put(new byte[] {'M', 'S', 'C', 'F'}, wanted.name(), wanted.key(), "ntkrnlmp.pd_");
        assertThat(step()).satisfies(step -> {
            assertThat(step.confidence()).isEqualTo(Confidence.MISSING);
            assertThat(step.finding())
                    .contains("ntkrnlmp.pd_")
                    .contains("compressed")
                    .contains("expand");
        });
    }

    @Test
    void aFileOfAnotherKernelIsNotUsedWhereverItLies() throws IOException {
        PdbIdentity wanted = wanted();
        put(SyntheticPdb.of(machine, wanted.guid(), wanted.age() + 7), wanted.name(), wanted.key(), wanted.name());
        assertThat(step()).satisfies(step -> {
            assertThat(step.confidence()).isEqualTo(Confidence.MISSING);
            assertThat(step.finding()).contains("age " + (wanted.age() + 7)).contains("age " + wanted.age());
        });
    }

    @Test
    void aDamagedFileIsNamedAndNotUsed() throws IOException {
        PdbIdentity wanted = wanted();
        byte[] whole = SyntheticPdb.of(machine);
        put(Arrays.copyOf(whole, whole.length / 2), wanted.name(), wanted.key(), wanted.name());
        assertThat(step()).satisfies(step -> {
            assertThat(step.confidence()).isEqualTo(Confidence.MISSING);
            assertThat(step.finding()).contains("damaged");
        });
    }

    @Test
    void aFolderWithoutTheFileSaysWhereItWasLookedForAndNothingIsFetched() {
        assertThat(step()).satisfies(step -> {
            assertThat(step.confidence()).isEqualTo(Confidence.MISSING);
            assertThat(step.finding()).contains(wanted().key()).contains("online=true");
        });
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "..pdb",
                ".pdb",
                "a",
                "a/b.pdb\\",
                "C:",
                "ntkrnlmp.pdb\0.txt",
                "nt\u202Ebdp.pdb",
                "nt krnl.pdb",
                "nt\n.pdb",
                "%2e%2e.pdb",
                "nul.pdb",
                "COM1.pdb",
                "ntkrnlmp.exe",
                "-o.pdb",
                "a?b.pdb",
                "a#b.pdb",
                "a:b.pdb"
            })
    void namesThatNoSymbolFileHasDoNotBecomePaths(String name) {
        PdbReference hostile = new PdbReference(name, machine.pdb().guid(), 1);
        assertThatThrownBy(() -> PdbIdentity.of(hostile)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void aNameWithFoldersLosesThemAndALongOneIsRefused() {
        String guid = machine.pdb().guid();
        assertThat(PdbIdentity.of(new PdbReference("..\\..\\../../etc/ntkrnlmp.pdb", guid, 1))
                        .name())
                .isEqualTo("ntkrnlmp.pdb");
        assertThatThrownBy(() -> PdbIdentity.of(new PdbReference("a".repeat(5000) + ".pdb", guid, 1)))
                .isInstanceOf(MalformedDataException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void argumentsThatContradictEachOtherAreRefused() throws IOException {
        Path file = put(SyntheticPdb.of(machine), "kernel.pdb");
        SymbolFetcher never = (from, into) -> {
            throw new AssertionError("asked for " + from);
        };
        for (Map<String, String> wrong : List.of(
                Map.of("online", "true"),
                Map.of("online", "perhaps"),
                Map.of("online", "true", "symbols", file.toString()),
                Map.of("symbols", folder.toString(), "symbol_server", "https://symbols.example"),
                Map.of("symbols", folder.toString(), "online", "true", "symbol_server", "http://symbols.example"),
                Map.of("symbols", folder.toString(), "online", "true", "symbol_server", "ftp://symbols.example"),
                Map.of("symbols", folder.toString(), "online", "true", "symbol_server", "https://u:p@symbols.example"),
                Map.of("symbols", folder.toString(), "online", "true", "symbol_server", "https://symbols.example/?a=b"),
                Map.of("symbols", folder.toString(), "online", "true", "symbol_server", "not an address"),
                Map.of("symbols", folder.resolve("none").toString()))) {
            assertThatThrownBy(() -> SymbolArguments.read(new PluginArguments(Optional.empty(), wrong), never))
                    .as("%s", wrong)
                    .isInstanceOf(MemflowException.class);
        }
        assertThat(SymbolArguments.read(PluginArguments.NONE, never)).isEqualTo(new NoSymbols());
    }
}
