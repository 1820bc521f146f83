package io.memflow.connector.qemu.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.cpu.CpuRegisters;
import io.memflow.core.cpu.Register;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegisterPrintTest {
    @Test
    void anX86ProcessorHasItsSegmentsTablesAndWideRegisters() {
        List<CpuRegisters> all = RegisterPrint.parse("""

                CPU#0
                RAX=0000000000000001 RBX=ffffffff81000000 RCX=0000000000000000 RDX=0000000000000000
                R8 =0000000000000008 R10=000000000000000a
                RIP=ffffffff81c0de11 RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
                GS =0000 ffff888006a00000 ffffffff 00c00000
                TR =0040 fffffe0000003000 0000206f 00008900 DPL=0 TSS64-avl
                GDT=     fffffe0000001000 0000007f
                CR0=80050033 CR2=00007f0000000000 CR3=0000000002e10000 CR4=003506f0
                FCW=037f FSW=0000 [ST=0] FTW=00 MXCSR=00001f80
                FPR0=8000000000000000 3fff FPR1=0000000000000000 0000
                XMM00=0000000000000001 0000000000000002 XMM01=0000000000000000 0000000000000000

                CPU#1
                RAX=0000000000000002
                """);
        assertThat(all).extracting(CpuRegisters::processor).containsExactly(0, 1);
        CpuRegisters first = all.getFirst();
        assertThat(first.value("rbx")).hasValue(0xffff_ffff_8100_0000L);
        assertThat(first.value("r8")).hasValue(8);
        assertThat(first.value("r10")).hasValue(10);
        assertThat(first.value("rfl")).hasValue(0x246);
        assertThat(first.value("cpl")).hasValue(0);
        assertThat(first.value("gs_base")).hasValue(0xffff_8880_06a0_0000L);
        assertThat(first.value("tr_limit")).hasValue(0x206f);
        assertThat(first.value("gdt_base")).hasValue(0xffff_fe00_0000_1000L);
        assertThat(first.value("cr3")).hasValue(0x2e1_0000);
        assertThat(first.value("mxcsr")).hasValue(0x1f80);
        assertThat(wide(first, "fpr0")).isEqualTo(new BigInteger("3fff8000000000000000", 16));
        assertThat(wide(first, "xmm0")).isEqualTo(new BigInteger("10000000000000002", 16));
        assertThat(all.getLast().value("rax")).hasValue(2);
        assertThat(all.getLast().value("cr3")).isEmpty();
    }

    @Test
    void theRegistersOfOtherProcessorsHaveTheirNames() {
        CpuRegisters arm = RegisterPrint.parse("""
                CPU#0
                 PC=ffff800008f3c1a0 X00=0000000000000000 X01=0000000000000011
                X30=ffff800008f3c180  SP=ffff80000930be00
                PSTATE=600000c5 -ZC- EL1h
                Q00=0000000000000001:0000000000000002
                """).getFirst();
        assertThat(arm.value("pc")).hasValue(0xffff_8000_08f3_c1a0L);
        assertThat(arm.value("x1")).hasValue(0x11);
        assertThat(arm.value("sp")).hasValue(0xffff_8000_0930_be00L);
        assertThat(arm.value("pstate")).hasValue(0x600000c5);
        assertThat(wide(arm, "q0")).isEqualTo(new BigInteger("10000000000000002", 16));
        CpuRegisters riscv = RegisterPrint.parse("""
                CPU#0
                 pc       ffffffff80a0b0c0
                 satp     9000000000080e5d
                 x0/zero  0000000000000000 x1/ra    ffffffff80000010 x2/sp    ffffffff81203f10
                """).getFirst();
        assertThat(riscv.value("pc")).hasValue(0xffff_ffff_80a0_b0c0L);
        assertThat(riscv.value("satp")).hasValue(0x9000_0000_0008_0e5dL);
        assertThat(riscv.value("sp")).hasValue(0xffff_ffff_8120_3f10L);
    }

    @Test
    void anyTextEndsInAListOfWhatIsReadable() {
        Random random = new Random(11);
        String alphabet = "CPU#019af= :/XMRIPx\n\r[]-";
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder("CPU#0\n");
            for (int i = random.nextInt(200); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            RegisterPrint.parse(text.toString())
                    .forEach(one -> assertThat(one.registers()).isNotEmpty());
        }
        assertThat(RegisterPrint.parse("unknown command: 'info registers'")).isEmpty();
    }

    private static BigInteger wide(CpuRegisters registers, String name) {
        return registers.registers().stream()
                .filter(register -> register.name().equals(name))
                .map(Register::value)
                .findFirst()
                .orElseThrow();
    }
}
