package io.memflow.lab.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The texts are QEMU 7.2's. */
class MonitorTextTest {
    @Test
    void listsPagesWithTheirFlags() {
        List<MonitorPage> pages = MonitorPage.parse("""
                0000000000400000: 00000000002c2000 ---DA--UW
                ffff8b5601000000: 0000000001000000 XGPDAC--W

                """);

        assertThat(pages)
                .containsExactly(
                        new MonitorPage(0x400000, 0x2c2000, "---DA--UW"),
                        new MonitorPage(0xffff8b5601000000L, 0x1000000, "XGPDAC--W"));
        assertThat(pages.get(1).has('P')).isTrue();
        assertThat(pages.get(1).has('U')).isFalse();
    }

    @Test
    void listsRangesOfX86AndOfRiscV() {
        assertThat(MonitorRange.parseX86("ffff8b5600098000-ffff8b560009b000 0000000000003000 -r-\n"))
                .containsExactly(new MonitorRange(0xffff8b5600098000L, 0x3000, OptionalLong.empty(), "-r-"));
        List<MonitorRange> ranges = MonitorRange.parseRiscV("""
                vaddr            paddr            size             attr
                ---------------- ---------------- ---------------- -------
                0000000000012000 0000000087fed000 0000000000002000 r-xu-a-
                """);
        assertThat(ranges).containsExactly(new MonitorRange(0x12000, 0x2000, OptionalLong.of(0x87fed000L), "r-xu-a-"));
        assertThat(ranges.getFirst().agrees(0x13000, 0x87fee000L)).isTrue();
        assertThat(ranges.getFirst().agrees(0x13000, 0x87fed000L)).isFalse();
        assertThat(ranges.getFirst().agrees(0x14000, 0x87fef000L)).isFalse();
    }

    @Test
    void anEncodedPageNumberStandsForSixtyFourKilobytes() {
        MonitorRange range = new MonitorRange(0x10000, 0x1000, OptionalLong.of(0x800e8000L), "rw-u-ad");
        assertThat(range.agrees(0x10000, 0x800e0000L)).isTrue();
        assertThat(range.agrees(0x10000, 0x800f0000L)).isFalse();
    }

    @Test
    void otherLinesAreRefused() {
        for (String bad : List.of("x", "12: 34", "zz: 10 ---DA--UW", "10: 10 ---DA--WU", ": 10 ---DA--UW")) {
            assertThatThrownBy(() -> MonitorPage.parse(bad)).as(bad).isInstanceOf(MalformedDataException.class);
            assertThatThrownBy(() -> MonitorRange.parseX86(bad)).as(bad).isInstanceOf(MalformedDataException.class);
            assertThatThrownBy(() -> MonitorRange.parseRiscV(bad)).as(bad).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void answersForSingleAddresses() {
        assertThat(AddressOracle.parse("gpa: 0x2c2000\r\n")).hasValue(0x2c2000);
        assertThat(AddressOracle.parse("gpa: 0\r\n")).hasValue(0);
        assertThat(AddressOracle.parse("Unmapped\r\n")).isEmpty();
        for (String bad : List.of("", "gpa: ", "gpa: 0xg", "unknown command: 'gva2gpa'")) {
            assertThatThrownBy(() -> AddressOracle.parse(bad)).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void findsTheRegistersOfEachArchitecture() {
        String x86 = """
                RIP=ffffffff93817a0b RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
                CR0=80050033 CR2=00007ffe15f83080 CR3=0000000002a10000 CR4=00750eb0
                EFER=0000000000000d01
                """;
        assertThat(RegisterText.x86(x86)).isEqualTo(new PagingRegisters.X86(0x80050033L, 0x2a10000, 0x750eb0, 0xd01));
        assertThat(RegisterText.modeOfX86(x86)).contains(ProcessorMode.KERNEL);
        String riscV = " pc       0000000000010d2e\n mhartid  0000000000000000\n satp     9000100000083971\n";
        assertThat(RegisterText.riscV64(riscV)).isEqualTo(new PagingRegisters.RiscV64(0x9000100000083971L));
        assertThat(RegisterText.modeOfRiscV64(riscV)).contains(ProcessorMode.USER);
        assertThat(RegisterText.modeOfRiscV64(" pc       0000000080000408\n")).isEmpty();
        assertThat(RegisterText.modeOfArm64("X30=0000000000400000  SP=0\nPSTATE=80001000 N--- EL0t    FPU disabled\n"))
                .contains(ProcessorMode.USER);
        assertThat(RegisterText.modeOfArm64("PSTATE=600000c5 -ZC- EL1h\n")).contains(ProcessorMode.KERNEL);
        assertThatThrownBy(() -> RegisterText.x86("")).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void findsTheNumbersOfSystemRegisters() {
        String document = "<feature name=\"org.qemu.gdb.arm.sys.regs\">"
                + "<reg name=\"TTBR0_EL1\" bitsize=\"64\" regnum=\"102\" group=\"cp_regs\"/>"
                + "<reg bitsize=\"64\"/></feature>";
        assertThat(GdbRegisters.numbers(document)).isEqualTo(Map.of("TTBR0_EL1", 102));
    }

    @Test
    void isolationKeepsTwoRootsForOneAddressSpace() {
        assertThat(new PagingRegisters.X86(0, 0x2a6b801L, 0, 0).addressSpace())
                .isEqualTo(new PagingRegisters.X86(0, 0x2a6a001L, 0, 0).addressSpace());
    }
}
