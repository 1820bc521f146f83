package io.memflow.os.windows.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.structure.StructureLayout;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.pdb.PdbFile;
import io.memflow.formats.synthetic.PdbBuilder;
import io.memflow.formats.synthetic.PdbTypeRecords;
import io.memflow.formats.synthetic.PdbTypeRecords.Member;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.symbol.SymbolTypes;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Flags of regions whose places a synthetic symbol file tells. */
class SyntheticVadFlagsTest {
    @Test
    void aSymbolFileRulesOverTheBuildOfASyntheticKernel() {
        PdbBuilder file = new PdbBuilder("00000000-0000-0000-0000-000000000001", 1, 0x8664, List.of());
        PdbTypeRecords types = file.types();
        int word = PdbTypeRecords.UNSIGNED_64;
        types.structure(
                "_MMVAD_FLAGS",
                Long.BYTES,
                List.of(
                        new Member("CommitCharge", types.bitField(word, 0, 19), 0),
                        new Member("VadType", types.bitField(word, 33, 3), 0),
                        new Member("Protection", types.bitField(word, 40, 5), 0),
                        new Member("PrivateMemory", types.bitField(word, 62, 1), 0)));
        TypeTable told = PdbFile.parse(MemorySegment.ofArray(file.build())).types();
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            WindowsKernel known = new WindowsKernel(
                    kernel.architecture(),
                    kernel.version(),
                    kernel.memory(),
                    kernel.symbols(),
                    new StructureLayout(new SymbolTypes(told, kernel.layout().types())),
                    kernel.image(),
                    kernel.anchors());
            assertThat(VadFlags.of(known)).isEqualTo(new VadFlags(33, 40, 62, 19));
            assertThat(VadFlags.of(kernel)).isEqualTo(new VadFlags(4, 7, 20, 0));
        }
    }
}
