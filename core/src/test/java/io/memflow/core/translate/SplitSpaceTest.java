package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.Aarch64Registers;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.ArmRegisters;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Spaces of two trees in which every entry of the start tables maps a section or block: the low bits of its physical address
 * tell which root it belongs to. Which root serves which address is in ARM ARM (DDI 0406C), B3.5.4 and B3.6.4.
 */
class SplitSpaceTest {
    private static final long LOWER_ROOT = 0x10_0000;
    private static final long UPPER_ROOT = 0x20_0000;

    private final FrameMemory memory = new FrameMemory();

    /**
     * @param firstOfUpper first address that TTBR1 serves
     * @param lastOfLower last address that TTBR0 serves
     */
    record Split(String name, AddressSpace space, int entryBytes, long entryLow, long lastOfLower, long firstOfUpper) {
        private boolean narrow() {
            return space.lower().format().addressBits() == Integer.SIZE;
        }

        /** Frames that are aligned to any block of the format. */
        long lowerFrame() {
            return narrow() ? 1L << 30 : 1L << 42;
        }

        long upperFrame() {
            return narrow() ? 1L << 31 : 1L << 43;
        }

        /** The address after the last; 0 for 2^64. */
        long end() {
            return narrow() ? 1L << 32 : 0;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Split> splits() {
        List<Split> splits = new ArrayList<>();
        for (int n = 1; n <= 7; n++) {
            long end = 1L << (32 - n);
            splits.add(new Split(
                    "TTBCR.N = " + n, ArmRegisters.addressSpace(n, LOWER_ROOT, UPPER_ROOT, 0), 4, 0xC02, end - 1, end));
        }
        long eae = 1L << 31;
        for (int t0 = 0; t0 <= 7; t0++) {
            for (int t1 = 0; t1 <= 7; t1++) {
                if (t0 + t1 == 0) {
                    continue;
                }
                long last = t0 == 0 ? (1L << 32) - (1L << (32 - t1)) - 1 : (1L << (32 - t0)) - 1;
                long first = t1 == 0 ? last + 1 : (1L << 32) - (1L << (32 - t1));
                splits.add(new Split(
                        "T0SZ = %d, T1SZ = %d".formatted(t0, t1),
                        ArmRegisters.addressSpace(eae | t0 | t1 << 16, LOWER_ROOT, UPPER_ROOT, 0),
                        8,
                        0x701,
                        last,
                        first));
            }
        }
        // 48 bits both, 4K; and 39 bits below with 42 bits of 64K above, tags ignored below.
        splits.add(new Split(
                "AArch64, 48 bits",
                Aarch64Registers.stage1(16 | 16L << 16 | 2L << 30 | 5L << 32 | 1L << 59, LOWER_ROOT, UPPER_ROOT),
                8,
                0x401,
                0x0000_FFFF_FFFF_FFFFL,
                0xFFFF_0000_0000_0000L));
        splits.add(new Split(
                "AArch64, 39 and 42 bits",
                Aarch64Registers.stage1(25 | 22L << 16 | 3L << 30 | 5L << 32 | 1L << 37, LOWER_ROOT, UPPER_ROOT),
                8,
                0x401,
                0x7F_FFFF_FFFFL,
                0xFFFF_FC00_0000_0000L));
        return splits.stream();
    }

    private void fill(AddressSpace.Tree tree, Split split, long frame) {
        int entries = 1 << tree.format().levels().getFirst().indexBits();
        for (int i = 0; i < entries; i++) {
            memory.put(tree.root() + (long) i * split.entryBytes, frame | split.entryLow, split.entryBytes);
        }
    }

    private static Fault expected(Split split, long address) {
        boolean served = Long.compareUnsigned(address, split.lastOfLower) <= 0
                || Long.compareUnsigned(address, split.firstOfUpper) >= 0;
        return served ? Fault.NONE : Fault.NOT_CANONICAL;
    }

    private static long frame(Split split, long address) {
        return Long.compareUnsigned(address, split.lastOfLower) <= 0 ? split.lowerFrame() : split.upperFrame();
    }

    @ParameterizedTest
    @MethodSource("splits")
    void everyRootServesItsOwnPart(Split split) {
        fill(split.space.lower(), split, split.lowerFrame());
        fill(split.space.upper().orElseThrow(), split, split.upperFrame());
        long top = split.end() - 1;
        long[] addresses = {
            0, split.lastOfLower, split.lastOfLower + 1, split.firstOfUpper - 1, split.firstOfUpper, top, top / 3
        };
        try (PhysicalMemory mapped = memory.mapped()) {
            for (PhysicalMemory tables : List.of(memory, mapped)) {
                VirtualMemory space = new VirtualMemory(tables, split.space);
                Translation out = new Translation();
                TranslationList list = new TranslationList();
                list.addAll(addresses, 0, addresses.length);
                space.translate(list);
                for (int i = 0; i < addresses.length; i++) {
                    long address = addresses[i];
                    space.translate(address, out);
                    assertThat(out.fault()).as("0x%x", address).isEqualTo(expected(split, address));
                    assertThat(list.fault(i)).as("0x%x in a list", address).isEqualTo(expected(split, address));
                    if (out.fault() == Fault.NONE) {
                        long inPage = address & out.pageSize() - 1;
                        assertThat(out.physical()).as("0x%x", address).isEqualTo(frame(split, address) | inPage);
                        assertThat(list.physical(i))
                                .as("0x%x in a list", address)
                                .isEqualTo(out.physical());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("splits")
    void aWalkSeesEveryAddressOnce(Split split) {
        fill(split.space.lower(), split, split.lowerFrame());
        fill(split.space.upper().orElseThrow(), split, split.upperFrame());
        long[] lengths = new long[2];
        long[] next = {0};
        VirtualMemory space = new VirtualMemory(memory, split.space);
        WalkEnd end = space.walk((virtual, physical, length, pageType, pageSize) -> {
            assertThat(Long.compareUnsigned(virtual, next[0])).as("ascending").isNotNegative();
            next[0] = virtual + length;
            boolean lower = (physical & split.upperFrame()) == 0;
            assertThat(frame(split, virtual)).isEqualTo(lower ? split.lowerFrame() : split.upperFrame());
            lengths[lower ? 0 : 1] += length;
            return true;
        });
        assertThat(end).isEqualTo(WalkEnd.COMPLETE);
        assertThat(lengths[0]).isEqualTo(split.lastOfLower + 1);
        assertThat(lengths[1]).isEqualTo(split.end() - split.firstOfUpper);
    }
}
