package io.memflow.formats.pdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.Corruption;
import io.memflow.formats.pe.PeSection;
import io.memflow.formats.synthetic.PdbBuilder;
import io.memflow.formats.synthetic.PdbTypeRecords;
import io.memflow.formats.synthetic.PdbTypeRecords.Member;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Synthetic program databases; {@link PdbOracleTest} has them read by another reader too. */
class SyntheticPdbTest {
    static final String GUID = "0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9";
    private static final int X64 = 0x8664;
    private static final long BASE = 0xFFFF_F800_0000_0000L;

    /** A file with each kind of record that the writer knows. */
    static byte[] file() {
        List<PeSection> sections = List.of(
                new PeSection(".text", 0x1000, 0x8000, 0x400, 0x8000, 0x6000_0020),
                new PeSection(".data", 0x9000, 0x12000, 0x8400, 0x200, 0xC000_0040));
        PdbBuilder file = new PdbBuilder(GUID, 3, X64, sections);
        PdbTypeRecords types = file.types();
        int declared = types.declaration("_LIST_ENTRY");
        int link = types.pointer(declared, Long.BYTES);
        int list =
                types.structure("_LIST_ENTRY", 16, List.of(new Member("Flink", link, 0), new Member("Blink", link, 8)));
        int both = types.union(
                "_BOTH",
                8,
                List.of(
                        new Member("Whole", PdbTypeRecords.UNSIGNED_64, 0),
                        new Member("Low", types.bitField(PdbTypeRecords.UNSIGNED_64, 0, 4), 0),
                        new Member("High", types.bitField(PdbTypeRecords.UNSIGNED_64, 20, 44), 0)));
        types.structure(
                "_BIG",
                0x1_2000,
                List.of(
                        new Member("Links", list, 8),
                        new Member("Both", both, 0x18),
                        new Member("Name", types.array(PdbTypeRecords.UNSIGNED_8, 15), 0x20),
                        new Member("Far", PdbTypeRecords.SIGNED_32, 0x9000),
                        new Member("Farther", PdbTypeRecords.POINTER_64, 0x1_1000)));
        for (int i = 0; i < 300; i++) {
            file.symbol("Function" + i, 0x1000 + 16 * i, PdbBuilder.Kind.FUNCTION);
            file.symbol("Variable" + i, 0x9000 + 8 * i, PdbBuilder.Kind.DATA);
        }
        return file.build();
    }

    @Test
    void aSyntheticFileHasWhatWasWrittenIntoIt() {
        PdbFile file = PdbFile.parse(MemorySegment.ofArray(file()));

        assertThat(file.guid()).isEqualTo(GUID);
        assertThat(file.age()).isEqualTo(3);
        assertThat(file.machine()).isEqualTo(X64);
        assertThat(file.sections()).hasSize(2);
        assertThat(file.types().member("_BIG", "Links.Blink")).contains(new MemberLocation(16 * 8, 0, 8));
        assertThat(file.types().member("_BIG", "Both.High")).contains(new MemberLocation(0x18 * 8 + 20, 44, 8));
        assertThat(file.types().member("_BIG", "Name")).contains(new MemberLocation(0x20 * 8, 0, 15));
        assertThat(file.types().member("_BIG", "Farther")).contains(new MemberLocation(0x1_1000 * 8, 0, 8));
        assertThat(file.types().size("_BIG")).hasValue(0x1_2000);
        SymbolTable symbols = file.symbols(BASE);
        assertThat(symbols.size()).isEqualTo(600);
        assertThat(symbols.address("Function7")).hasValue(BASE + 0x1070);
        assertThat(symbols.address("Variable299")).hasValue(BASE + 0x9000 + 8 * 299);
    }

    @Test
    void damagedSyntheticFilesEndInAnswersOrInOurOwnExceptions() {
        byte[] good = file();
        Corruption.truncate(good, 0, 200, 5, SyntheticPdbTest::exercise);
        Corruption.mutate(good, 1_000, 13, SyntheticPdbTest::exercise);
    }

    private static void exercise(MemorySegment bytes) {
        PdbFile file = PdbFile.parse(bytes);
        try {
            file.types().member("_BIG", "Links.Flink");
        } catch (MemflowException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
        file.symbols(BASE).forEach(symbol -> assertThat(symbol.name()).isNotNull());
    }
}
