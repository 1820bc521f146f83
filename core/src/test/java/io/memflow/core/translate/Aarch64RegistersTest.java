package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.PageType;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Paging.DirtyState;
import io.memflow.core.paging.Aarch64Paging.Hierarchy;
import io.memflow.core.paging.Aarch64Paging.TopByte;
import io.memflow.core.paging.Aarch64Registers;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.Aarch64Stage2;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Register values put together from the fields of Arm ARM (DDI 0487): TCR_EL1, TTBRx_EL1, VTCR_EL2, VTTBR_EL2. */
class Aarch64RegistersTest {
    /** What Linux sets on a processor with 40 bits: 48 bits both, 4K both, ASIDs of 16 bits, TBI0, IPS 2. */
    private static final long LINUX_4K = 0x0000_0032_B550_3510L;

    @Test
    void readsWhatLinuxSets() {
        AddressSpace space = Aarch64Registers.stage1(LINUX_4K, 0x00AB_0000_4123_4000L, 0x00AB_0000_4111_1001L);

        Aarch64Stage1 lower = Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ZEROS)
                .output(40)
                .topByte(TopByte.IGNORED);
        Aarch64Stage1 upper =
                Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ONES).output(40);
        assertThat(space.lower()).isEqualTo(new AddressSpace.Tree(Aarch64Paging.stage1(lower), 0x4123_4000L));
        assertThat(space.upper()).contains(new AddressSpace.Tree(Aarch64Paging.stage1(upper), 0x4111_1000L));
    }

    @Test
    void readsGranulesOfEachHalf() {
        // TG0 = 2 is 16K, TG1 = 3 is 64K; T0SZ = 17, T1SZ = 22; IPS = 5; HPD1; HA and HD.
        long tcr = 17 | 2L << 14 | 22L << 16 | 3L << 30 | 5L << 32 | 1L << 39 | 1L << 40 | 1L << 42;
        AddressSpace space = Aarch64Registers.stage1(tcr, 0x8000_0000L, 0x9000_0000L);

        assertThat(space.lower().format())
                .isEqualTo(Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB16, 47, CanonicalForm.ZEROS)
                        .dirtyState(DirtyState.HARDWARE)));
        assertThat(space.upper().orElseThrow().format())
                .isEqualTo(Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB64, 42, CanonicalForm.ONES)
                        .dirtyState(DirtyState.HARDWARE)
                        .hierarchy(Hierarchy.DISABLED)));
        // TG0 = 1 is 64K, TG1 = 1 is 16K. HD without HA counts for nothing.
        AddressSpace swapped =
                Aarch64Registers.stage1(22 | 1L << 14 | 17L << 16 | 1L << 30 | 5L << 32 | 1L << 40, 0, 0);
        assertThat(swapped.lower().format())
                .isEqualTo(Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB64, 42, CanonicalForm.ZEROS)));
        assertThat(swapped.upper().orElseThrow().format())
                .isEqualTo(Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB16, 47, CanonicalForm.ONES)));
    }

    @Test
    void movesTheHighBitsOfWideRoots() {
        // 64K, IPS = 6: bits 51 to 48 of the root stand in bits 5 to 2 of TTBR, which are not bits of the root then.
        long lpa = 12 | 1L << 14 | 12L << 16 | 3L << 30 | 6L << 32;
        AddressSpace space = Aarch64Registers.stage1(lpa, 0xFFFF_0000_8001_0015L, 0x0001_1234_5678_003CL);
        assertThat(space.lower().root()).isEqualTo(0x0005_0000_8001_0000L);
        assertThat(space.upper().orElseThrow().root()).isEqualTo(0x000F_1234_5678_0000L);
        assertThat(space.lower().format())
                .isEqualTo(Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB64, 52, CanonicalForm.ZEROS)
                        .output(52)));

        // 4K, DS, IPS = 6, 52 bits: a start table of 128 bytes at level -1.
        long lpa2 = 12 | 12L << 16 | 2L << 30 | 6L << 32 | 1L << 59;
        AddressSpace wide = Aarch64Registers.stage1(lpa2, 0x0007_0000_8000_0084L, 0);
        assertThat(wide.lower().root()).isEqualTo(0x0001_0000_8000_0080L);
        assertThat(wide.lower().format())
                .isEqualTo(Aarch64Paging.stage1(Aarch64Stage1.lpa2(Aarch64Granule.KIB4, 52, CanonicalForm.ZEROS)));

        // Without DS a 4K granule stays at 48 bits whatever IPS says.
        AddressSpace narrow = Aarch64Registers.stage1(16 | 16L << 16 | 2L << 30 | 6L << 32, 0x8000_103CL, 0);
        assertThat(narrow.lower().root()).isEqualTo(0x8000_1000L);
    }

    @Test
    void wideTreesTranslateFromTheirRegisters() {
        FrameMemory memory = new FrameMemory();
        memory.put(0x0005_0000_8001_0008L, 0x8002_3003L, 8);
        memory.put(0x0003_0000_8002_0010L, 0x8003_0003L, 8);
        memory.put(0x8003_0018L, 0x4321_B743L, 8);
        long tcr = 12 | 1L << 14 | 12L << 16 | 3L << 30 | 6L << 32;
        AddressSpace.Tree tree =
                Aarch64Registers.stage1(tcr, 0x0001_0000_8001_0015L, 0).lower();
        Translation out = new Translation();
        new PageTableWalker(memory, tree.format()).translate(tree.root(), 1L << 42 | 2L << 29 | 3L << 16 | 0x42, out);
        assertThat(out.physical()).isEqualTo(0x000B_0000_4321_0042L);
        assertThat(out.pageType() & PageType.USER).isNotZero();
    }

    @Test
    void leavesOutDisabledHalves() {
        AddressSpace kernel = Aarch64Registers.stage1(LINUX_4K | 1L << 7, 0x1000, 0x2000);
        assertThat(kernel.lower().format().canonicalForm()).isEqualTo(CanonicalForm.ONES);
        assertThat(kernel.lower().root()).isEqualTo(0x2000);
        assertThat(kernel.upper()).isEmpty();
        AddressSpace user = Aarch64Registers.stage1(LINUX_4K | 1L << 23, 0x1000, 0x2000);
        assertThat(user.lower().format().canonicalForm()).isEqualTo(CanonicalForm.ZEROS);
        assertThat(user.upper()).isEmpty();
        // The sizes of a half that is off are not looked at.
        assertThat(Aarch64Registers.stage1((LINUX_4K & ~(0x3FL << 16)) | 1L << 23, 0, 0)
                        .upper())
                .isEmpty();
    }

    @Test
    void readsTheStartLevelOfStage2() {
        // 4K, 40 bits, SL0 = 1: level 1, two tables side by side; PS = 2.
        AddressSpace.Tree small = Aarch64Registers.stage2(24 | 1L << 6 | 2L << 16, 0x0012_0000_8000_3001L);
        assertThat(small.format())
                .isEqualTo(Aarch64Paging.stage2(
                        Aarch64Stage2.of(Aarch64Granule.KIB4, 40, 1).output(40)));
        assertThat(small.root()).isEqualTo(0x8000_2000L);
        assertThat(stage2(KIB4, 16, 2, 0)).isEqualTo(Aarch64Stage2.of(Aarch64Granule.KIB4, 48, 0));
        assertThat(stage2(KIB4, 34, 0, 0)).isEqualTo(Aarch64Stage2.of(Aarch64Granule.KIB4, 30, 2));
        assertThat(stage2(KIB4, 43, 3, 0)).isEqualTo(Aarch64Stage2.of(Aarch64Granule.KIB4, 21, 3));
        assertThat(stage2(KIB16, 24, 1, 0)).isEqualTo(Aarch64Stage2.of(Aarch64Granule.KIB16, 40, 2));
        assertThat(stage2(KIB16, 17, 2, 0)).isEqualTo(Aarch64Stage2.of(Aarch64Granule.KIB16, 47, 1));
        assertThat(stage2(KIB64, 22, 1, 0)).isEqualTo(Aarch64Stage2.of(Aarch64Granule.KIB64, 42, 2));
        assertThat(stage2(KIB64, 16, 2, 0)).isEqualTo(Aarch64Stage2.of(Aarch64Granule.KIB64, 48, 1));
        assertThat(stage2(KIB4, 12, 0, DS | SL2)).isEqualTo(Aarch64Stage2.lpa2(Aarch64Granule.KIB4, 52, -1));
        assertThat(stage2(KIB4, 12, 2, DS)).isEqualTo(Aarch64Stage2.lpa2(Aarch64Granule.KIB4, 52, 0));
        assertThat(stage2(KIB16, 12, 3, DS)).isEqualTo(Aarch64Stage2.lpa2(Aarch64Granule.KIB16, 52, 0));
    }

    private static final long KIB4 = 0;
    private static final long KIB64 = 1L << 14;
    private static final long KIB16 = 2L << 14;
    private static final long DS = 1L << 32;
    private static final long SL2 = 1L << 33;

    /** Checks that the register gives the same format as the expected facts, by giving those facts back. */
    private static Object stage2(long granule, int t0sz, int sl0, long more) {
        long ps = (more & DS) != 0 ? 6L << 16 : 5L << 16;
        AddressSpace.Tree tree = Aarch64Registers.stage2(t0sz | (long) sl0 << 6 | granule | ps | more, 0);
        return new SameFormat(tree.format());
    }

    /** Equal to the facts that make this format. */
    private record SameFormat(PagingFormat format) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Aarch64Stage2 facts && format.equals(Aarch64Paging.stage2(facts));
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    @Test
    void refusesWhatTheArchitectureDoesNotHave() {
        long[] broken = {
            // Both halves off, TG0 = 3, TG1 = 0, T0SZ = 8, T1SZ = 63.
            LINUX_4K | 1L << 7 | 1L << 23,
            LINUX_4K | 3L << 14,
            LINUX_4K & ~(3L << 30),
            (LINUX_4K & ~0x3FL) | 8,
            LINUX_4K | 63L << 16
        };
        for (long tcr : broken) {
            assertThatThrownBy(() -> Aarch64Registers.stage1(tcr, 0, 0))
                    .isInstanceOfSatisfying(
                            MemflowException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                    .hasMessageContaining("TCR 0x");
        }
        // A start level too low for 48 bits, SL0 = 3 with 64K, SL2 together with SL0.
        for (long vtcr : new long[] {16, 16 | KIB64 | 3L << 6, 12 | DS | SL2 | 1L << 6}) {
            assertThatThrownBy(() -> Aarch64Registers.stage2(vtcr, 0))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("VTCR 0x");
        }
    }

    @Test
    void anyRegisterValueIsReadOrRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            try {
                Aarch64Registers.stage1(random.nextLong(), random.nextLong(), random.nextLong());
                Aarch64Registers.stage2(random.nextLong(), random.nextLong());
                read++;
            } catch (MemflowException refused) {
                assertThat(refused.kind()).as("seed %d", seed).isEqualTo(ErrorKind.INVALID_ARGUMENT);
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }
}
