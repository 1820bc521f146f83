package io.memflow.formats.pdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.formats.OtherProgram;
import io.memflow.formats.PdbComparison;
import io.memflow.formats.WindowsSamples;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type and every public symbol is as {@code llvm-pdbutil} prints it (Debian's llvm package): of the samples here, and of
 * the files in a folder that {@code -Dwindows.samples=DIR} names.
 */
class PdbOracleTest {
    @TempDir
    private Path directory;

    @Test
    void samplesOfOursAreAsLlvmPrintsThem() throws IOException {
        PdbComparison comparison = new PdbComparison();
        for (String name : List.of("sample64.pdb", "sample32.pdb", "samplearm64.pdb")) {
            comparison.with(Files.write(directory.resolve(name), WindowsSamples.resource(PdbOracleTest.class, name)));
        }
        System.out.println("PDB: 3 files, " + comparison);
    }

    @Test
    void syntheticFilesAreAsLlvmPrintsThem() throws IOException {
        PdbComparison comparison = new PdbComparison();
        comparison.with(Files.write(directory.resolve("synthetic.pdb"), SyntheticPdbTest.file()));
        System.out.println("PDB: 1 synthetic file, " + comparison);
        assertThat(OtherProgram.LLVM_PDBUTIL.run(List.of(
                        "dump", "--summary", directory.resolve("synthetic.pdb").toString())))
                .contains("Age: 3")
                .contains(SyntheticPdbTest.GUID);
    }

    @Test
    void filesInTheFolderAreAsLlvmPrintsThem() throws IOException {
        PdbComparison comparison = new PdbComparison();
        int files = 0;
        for (Path file : WindowsSamples.files(start -> PdbFile.isPdb(MemorySegment.ofArray(start)))) {
            // One that was damaged for a test of others is refused by both.
            if (OtherProgram.LLVM_PDBUTIL.takes(List.of("dump", "--summary", file.toString()))) {
                comparison.with(file);
                files++;
            }
        }
        System.out.println("PDB: " + files + " files, " + comparison);
    }
}
