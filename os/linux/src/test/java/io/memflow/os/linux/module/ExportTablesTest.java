package io.memflow.os.linux.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModulePart;
import io.memflow.os.linux.structure.TestMachine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExportTablesTest {
    private static final long MODULE = TestMachine.BASE + 0x10000;
    private static final long TABLE = TestMachine.BASE + 0x20000;
    private static final long NAMES = TestMachine.BASE + 0x30000;
    private static final long CODE = TestMachine.BASE + 0x40000;
    private static final List<ModulePart> PARTS = List.of(new ModulePart("text", CODE, 0x1000));

    private final TestMachine machine = new TestMachine()
            .member("module.syms", 0, 8)
            .member("module.num_syms", 8, 4)
            .text(NAMES, "planted");

    private Listing<ExportInfo> read() {
        return new ExportTables(machine.kernel(6, 1)).ofModule(MODULE, PARTS);
    }

    @Test
    void followsDistancesFromWhereTheyStand() {
        machine.size("kernel_symbol", 12)
                .member("kernel_symbol.value_offset", 0, 4)
                .member("kernel_symbol.name_offset", 4, 4)
                .member("module.gpl_syms", 16, 8)
                .member("module.num_gpl_syms", 24, 4);
        machine.word(MODULE, TABLE)
                .half(MODULE + 8, 1)
                .word(MODULE + 16, TABLE + 12)
                .half(MODULE + 24, 1);
        for (long entry : new long[] {TABLE, TABLE + 12}) {
            machine.half(entry, (int) (CODE - entry)).half(entry + 4, (int) (NAMES - entry - 4));
        }
        assertThat(read().rows())
                .extracting(row -> row.name() + " " + row.kind() + " " + row.restriction())
                .containsExactly("planted FUNCTION null", "planted FUNCTION GPL");
        assertThat(read().rows().getFirst().address()).isEqualTo(CODE);
    }

    @Test
    void followsPointersWhereThereAreNoDistances() {
        machine.size("kernel_symbol", 24).member("kernel_symbol.value", 0, 8).member("kernel_symbol.name", 8, 8);
        machine.word(MODULE, TABLE).half(MODULE + 8, 1).word(TABLE, CODE).word(TABLE + 8, NAMES);
        assertThat(read().rows()).extracting(ExportInfo::name).containsExactly("planted");
    }

    @Test
    void tellsByFlagsWhoMayUseASymbol() {
        machine.size("kernel_symbol", 24).member("kernel_symbol.value", 0, 8).member("kernel_symbol.name", 8, 8);
        machine.member("module.flagstab", 32, 8)
                .word(MODULE + 32, TABLE + 0x800)
                .half(TABLE + 0x800, 1);
        machine.word(MODULE, TABLE).half(MODULE + 8, 2);
        machine.word(TABLE, CODE).word(TABLE + 8, NAMES).word(TABLE + 24, CODE).word(TABLE + 32, NAMES);
        assertThat(read().rows()).extracting(ExportInfo::restriction).containsExactly("GPL", null);
    }

    @Test
    void aDamagedCountIsRefusedAndNamed() {
        machine.size("kernel_symbol", 24).member("kernel_symbol.value", 0, 8).member("kernel_symbol.name", 8, 8);
        machine.word(MODULE, TABLE).half(MODULE + 8, -1);
        assertThat(read().rows()).isEmpty();
        assertThat(read().missing().getFirst().why()).contains("damaged");
    }

    @Test
    void symbolsThatAreNotThereAreCounted() {
        machine.size("kernel_symbol", 24).member("kernel_symbol.value", 0, 8).member("kernel_symbol.name", 8, 8);
        machine.word(MODULE, TestMachine.BASE + (4 << 20) - 24).half(MODULE + 8, 3);
        assertThat(read().missing().getFirst().what()).startsWith("syms (");
    }
}
