package io.memflow.os.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.BpfMapInfo;
import io.memflow.core.os.BpfProgramInfo;
import io.memflow.core.os.MissingPart;
import io.memflow.os.linux.structure.TestMachine;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BpfRowsTest {
    private static final long PROGRAMS = TestMachine.BASE + 0x10000;
    private static final long MAPS = TestMachine.BASE + 0x11000;
    private static final long PROGRAM = TestMachine.BASE + 0x12000;
    private static final long DETAILS = TestMachine.BASE + 0x13000;
    private static final long MAP = TestMachine.BASE + 0x14000;
    private static final long USED = TestMachine.BASE + 0x15000;
    private static final long USER = TestMachine.BASE + 0x16000;
    private static final long NOWHERE = TestMachine.BASE + (8L << 20);

    private final TestMachine machine = new TestMachine()
            .symbol("prog_idr", PROGRAMS)
            .symbol("map_idr", MAPS)
            .member("idr.idr_rt.xa_head", 0, 8)
            .member("xa_node.slots", 40, 64 * 8)
            .member("bpf_prog.type", 0, 4)
            .member("bpf_prog.tag", 8, 8)
            .member("bpf_prog.jited_len", 16, 4)
            .member("bpf_prog.aux", 24, 8)
            .member("bpf_prog_aux.id", 0, 4)
            .member("bpf_prog_aux.name", 8, 16)
            .member("bpf_prog_aux.load_time", 24, 8)
            .member("bpf_prog_aux.user", 32, 8)
            .member("bpf_prog_aux.used_maps", 40, 8)
            .member("bpf_prog_aux.used_map_cnt", 48, 4)
            .member("user_struct.uid.val", 0, 4)
            .member("bpf_map.id", 0, 4)
            .member("bpf_map.map_type", 4, 4)
            .member("bpf_map.name", 8, 16)
            .member("bpf_map.key_size", 24, 4)
            .member("bpf_map.value_size", 28, 4)
            .member("bpf_map.max_entries", 32, 4)
            // A table with one object at index 0 has no node: the head is the object.
            .word(PROGRAMS, PROGRAM)
            .word(MAPS, MAP)
            .half(PROGRAM, 6)
            .word(PROGRAM + 8, 0x0807_0605_0403_0201L)
            .half(PROGRAM + 16, 321)
            .word(PROGRAM + 24, DETAILS)
            .half(DETAILS, 12)
            .text(DETAILS + 8, "drop_all")
            .word(DETAILS + 24, 5_000_000_000L)
            .word(DETAILS + 32, USER)
            .word(DETAILS + 40, USED)
            .half(DETAILS + 48, 1)
            .half(USER, 1000)
            .word(USED, MAP)
            .half(MAP, 7)
            .half(MAP + 4, 1)
            .text(MAP + 8, "counters")
            .half(MAP + 24, 4)
            .half(MAP + 28, 16)
            .half(MAP + 32, 128);

    private BpfRows rows() {
        return new BpfRows(machine.kernel(6, 1));
    }

    private BpfProgramInfo program() {
        assertThat(rows().programs().missing()).isEmpty();
        return rows().programs().rows().getFirst();
    }

    @Test
    void aProgramIsDescribed() {
        BpfProgramInfo program = program();
        assertThat(program.id()).isEqualTo(12);
        assertThat(program.type()).isEqualTo("xdp");
        assertThat(program.name()).isEqualTo("drop_all");
        assertThat(program.tag()).isEqualTo("0102030405060708");
        assertThat(program.loadedAfterBoot()).isEqualTo(Duration.ofSeconds(5));
        assertThat(program.uid()).isEqualTo(1000);
        assertThat(program.machineBytes()).isEqualTo(321);
        assertThat(program.maps()).containsExactly(7L);
        assertThat(program.provenance().missing()).isEmpty();
    }

    @Test
    void aMapIsDescribed() {
        BpfMapInfo map = rows().maps().rows().getFirst();
        assertThat(map.id()).isEqualTo(7);
        assertThat(map.type()).isEqualTo("hash");
        assertThat(map.name()).isEqualTo("counters");
        assertThat(map.keyBytes()).isEqualTo(4);
        assertThat(map.valueBytes()).isEqualTo(16);
        assertThat(map.mostEntries()).isEqualTo(128);
    }

    @Test
    void detailsThatAreNotThereAreNamedAndTheRestIsGiven() {
        machine.word(PROGRAM + 24, NOWHERE);
        BpfProgramInfo program = program();
        assertThat(program.type()).isEqualTo("xdp");
        assertThat(program.name()).isNull();
        assertThat(program.maps()).isEmpty();
        assertThat(program.provenance().missing())
                .extracting(MissingPart::what)
                .containsExactly("id", "name", "load_time", "uid", "used_maps");
    }

    @Test
    void aHostileCountOfMapsIsBounded() {
        machine.half(DETAILS + 48, -1);
        // 64 at most are read; behind the first the pointers lead nowhere.
        assertThat(program().provenance().missing())
                .extracting(MissingPart::what)
                .containsExactly("used_maps");
    }

    @Test
    void aTypeThatIsNewerThanThisHasItsNumber() {
        machine.half(PROGRAM, 4711);
        assertThat(program().type()).isEqualTo("4711");
    }
}
