package io.memflow.connector.qemu.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MtreeParserTest {
    /** A q35 machine of 96 MiB after its firmware ran: parts of the low megabyte are write-protected RAM. */
    static final String SMALL = """
            FlatView #0
             AS "I/O", root: io
             Root memory region: io
              0000000000000000-0000000000000007 (prio 0, i/o): dma-chan
              0000000000000700-000000000000073f (prio 1, i/o): pm-smbus

            FlatView #1
             AS "cpu-smm-0", root: memory
             Root memory region: memory
              0000000000000000-000000000009ffff (prio 0, ram): ram0

            FlatView #2
             AS "memory", root: system
             AS "cpu-memory-0", root: system
             AS "ich9-ahci", root: bus master container
             Root memory region: system
              0000000000000000-00000000000c2fff (prio 0, ram): ram0
              00000000000c3000-00000000000e7fff (prio 0, rom): ram0 @00000000000c3000
              00000000000e8000-00000000000effff (prio 0, ram): ram0 @00000000000e8000
              00000000000f0000-00000000000fffff (prio 0, rom): ram0 @00000000000f0000
              0000000000100000-0000000005ffffff (prio 0, ram): ram0 @0000000000100000
              00000000b0000000-00000000bfffffff (prio 0, i/o): pcie-mmcfg-mmio
              00000000fee00000-00000000feefffff (prio 4096, i/o): apic-msi
              00000000fffc0000-00000000ffffffff (prio 0, rom): pc.bios

            FlatView #3
             AS "mch", root: bus master container
             Root memory region: (none)
              No rendered FlatView

            """;

    /** A pc machine of 5 GiB with a display, two blocks and KVM, before its firmware ran. */
    private static final String LARGE = """
            FlatView #0
             AS "memory", root: system
             Root memory region: system
              0000000000000000-000000000009ffff (prio 0, ram): pc.ram KVM
              00000000000a0000-00000000000bffff (prio 1, i/o): vga-lowmem
              00000000000c0000-00000000000dffff (prio 1, rom): pc.rom KVM
              00000000000e0000-00000000000fffff (prio 0, rom): pc.bios @0000000000020000 KVM
              0000000000100000-00000000bfffffff (prio 0, ram): pc.ram @0000000000100000 KVM
              00000000fd000000-00000000fdffffff (prio 1, ram): vga.vram KVM
              0000000100000000-000000017fffffff (prio 0, ram): pc.ram @00000000c0000000 KVM
              0000000180000000-000000018fffffff (prio 0, nv-ram): nvdimm one KVM
              00000000fffffffffffffff0-ffffffffffffffff (prio 0, i/o): top
            """;

    @Test
    void readsRamAsOnePieceWhereItContinues() {
        assertThat(MtreeParser.parse(SMALL, Set.of("ram0", "pc.ram")))
                .containsExactly(new RamPiece(0, "ram0", 0, 96 << 20));
        assertThat(MtreeParser.parse(SMALL.replace("\n", "\r\n"), Set.of("ram0")))
                .containsExactly(new RamPiece(0, "ram0", 0, 96 << 20));
    }

    @Test
    void keepsHolesBlocksAndSplitsApart() {
        assertThat(MtreeParser.parse(LARGE, Set.of("pc.ram", "nvdimm one")))
                .containsExactly(
                        new RamPiece(0, "pc.ram", 0, 0xA0000),
                        new RamPiece(0x100000, "pc.ram", 0x100000, 0xBFF0_0000L),
                        new RamPiece(0x1_0000_0000L, "pc.ram", 0xC000_0000L, 0x8000_0000L),
                        new RamPiece(0x1_8000_0000L, "nvdimm one", 0, 0x1000_0000));
    }

    @Test
    void leavesOtherBlocksOut() {
        assertThat(MtreeParser.parse(LARGE, Set.of("ram0"))).isEmpty();
    }

    @Test
    void refusesTextWithoutTheSystemsView() {
        assertThatThrownBy(() -> MtreeParser.parse("", Set.of("ram0"))).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> MtreeParser.parse(SMALL.replace("\"memory\"", "\"other\""), Set.of("ram0")))
                .isInstanceOf(MalformedDataException.class);
    }

    @Test
    void refusesRamThatCannotBe() {
        String row = "0000000000100000-0000000005ffffff";
        for (String wrong : new String[] {
            "0000000005ffffff-0000000000100000",
            "0000000000000000-ffffffffffffffff",
            "8000000000000000-ffffffffffffffff"
        }) {
            assertThatThrownBy(() -> MtreeParser.parse(SMALL.replace(row, wrong), Set.of("ram0")))
                    .isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void corruptTextIsReadOrRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "0f- @():\nram";
        for (int round = 0; round < 5000; round++) {
            StringBuilder text = new StringBuilder(LARGE);
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            text.setLength(random.nextInt(4) == 0 ? random.nextInt(text.length()) : text.length());
            try {
                MtreeParser.parse(text.toString(), Set.of("pc.ram"))
                        .forEach(piece ->
                                assertThat(piece.length()).as("seed %d", seed).isPositive());
            } catch (MalformedDataException refused) {
                assertThat(refused.format()).as("seed %d", seed).isEqualTo("info mtree");
            }
        }
    }
}
