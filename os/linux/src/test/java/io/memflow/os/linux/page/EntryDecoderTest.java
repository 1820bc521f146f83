package io.memflow.os.linux.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageSource;
import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.PagingLevel;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.TableEntry;
import io.memflow.os.linux.structure.AddressFacts;
import io.memflow.os.linux.structure.KernelVersion;
import org.junit.jupiter.api.Test;

class EntryDecoderTest {
    private static final SwapTypes.Features ALL = new SwapTypes.Features(true, true, true, true);
    private static final long FRAME = 0x12345;

    private static EntryDecoder decoder(AddressFacts facts, KernelVersion version) {
        return new EntryDecoder(
                facts,
                EntryLayout.of(facts, version).orElse(null),
                SwapTypes.of(version, ALL, SwapTypes.frameBits(facts)));
    }

    private static AddressFacts facts(String architecture, PagingFormat format) {
        return new AddressFacts(architecture, format, format, "root");
    }

    private static TableEntry entry(PagingFormat format, int number, long value) {
        PagingLevel level = format.levels().get(format.levels().size() - number);
        return new TableEntry(Fault.NONE, value, level, number, 0, 1L << level.shift());
    }

    private static long x86(long type, long offset) {
        return type << 59 | (~offset & (1L << 50) - 1) << 9;
    }

    @Test
    void x86SwapEntriesHoldTheInvertedOffset() {
        EntryDecoder decoder = decoder(AddressFacts.x86(), new KernelVersion(6, 1));

        assertThat(decoder.decode(entry(X86Paging.LEVEL4, 1, x86(3, 0x204))))
                .isEqualTo(new SoftEntry.Swapped(3, 0x204));
    }

    @Test
    void marksOfSwapEntriesAreNoPartOfThem() {
        EntryDecoder decoder = decoder(AddressFacts.x86(), new KernelVersion(6, 1));

        assertThat(decoder.decode(entry(X86Paging.LEVEL4, 1, x86(3, 0x204) | 0b1110)))
                .isEqualTo(new SoftEntry.Swapped(3, 0x204));
    }

    @Test
    void aForbiddenPageOfX86HasItsFrameInverted() {
        EntryDecoder decoder = decoder(AddressFacts.x86(), new KernelVersion(5, 10));
        long value = (FRAME << 12 ^ 0x000F_FFFF_FFFF_F000L) | 1 << 8 | 1 << 6;

        assertThat(decoder.decode(entry(X86Paging.LEVEL4, 1, value)))
                .isEqualTo(new SoftEntry.Resident(PageSource.PROTECTED, FRAME << 12));
    }

    @Test
    void aForbiddenLargePageOfX86IsFoundToo() {
        EntryDecoder decoder = decoder(AddressFacts.x86(), new KernelVersion(6, 12));
        long value = (0x4000_0000L ^ 0x000F_FFFF_FFE0_0000L) | 1 << 8 | 1 << 7;

        assertThat(decoder.decode(entry(X86Paging.LEVEL4, 2, value)))
                .isEqualTo(new SoftEntry.Resident(PageSource.PROTECTED, 0x4000_0000L));
    }

    @Test
    void i386WithoutPaeInvertsNothing() {
        EntryDecoder decoder = decoder(facts("i386", X86Paging.BITS32), new KernelVersion(6, 1));

        assertThat(decoder.decode(entry(X86Paging.BITS32, 1, 0x77 << 9 | (2 << 1))))
                .isEqualTo(new SoftEntry.Swapped(2, 0x77));
        assertThat(decoder.decode(entry(X86Paging.BITS32, 1, FRAME << 12 | 1 << 8)))
                .isEqualTo(new SoftEntry.Resident(PageSource.PROTECTED, FRAME << 12));
    }

    @Test
    void theBottomOfAnEntryIsUntouched() {
        EntryDecoder decoder = decoder(AddressFacts.x86(), new KernelVersion(6, 1));

        assertThat(decoder.decode(entry(X86Paging.LEVEL4, 1, 0))).isEqualTo(new SoftEntry.Untouched());
    }

    @Test
    void arm64HasThreeLayouts() {
        PagingFormat format = Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ZEROS));
        AddressFacts facts = facts("arm64", format);

        assertThat(decoder(facts, new KernelVersion(5, 10)).decode(entry(format, 1, 9L << 8 | 5 << 2)))
                .isEqualTo(new SoftEntry.Swapped(5, 9));
        assertThat(decoder(facts, new KernelVersion(6, 1)).decode(entry(format, 1, 9L << 8 | 5 << 3 | 1 << 2)))
                .isEqualTo(new SoftEntry.Swapped(5, 9));
        assertThat(decoder(facts, new KernelVersion(6, 12)).decode(entry(format, 1, 9L << 12 | 5 << 6 | 1 << 2)))
                .isEqualTo(new SoftEntry.Swapped(5, 9));
    }

    @Test
    void arm64MarksForbiddenPagesInTwoWays() {
        PagingFormat format = Aarch64Paging.stage1(Aarch64Stage1.of(Aarch64Granule.KIB4, 48, CanonicalForm.ZEROS));
        AddressFacts facts = facts("arm64", format);
        SoftEntry forbidden = new SoftEntry.Resident(PageSource.PROTECTED, FRAME << 12);

        assertThat(decoder(facts, new KernelVersion(6, 1)).decode(entry(format, 1, FRAME << 12 | 1L << 58 | 2)))
                .isEqualTo(forbidden);
        assertThat(decoder(facts, new KernelVersion(6, 12)).decode(entry(format, 1, FRAME << 12 | 1 << 11 | 2)))
                .isEqualTo(forbidden);
    }

    @Test
    void riscvEntriesAreKnownSince63() {
        AddressFacts facts = facts("riscv64", RiscvPaging.SV39);

        assertThat(decoder(facts, new KernelVersion(7, 2)).decode(entry(RiscvPaging.SV39, 1, 9L << 12 | 5 << 7)))
                .isEqualTo(new SoftEntry.Swapped(5, 9));
        assertThat(decoder(facts, new KernelVersion(7, 2))
                        .decode(entry(RiscvPaging.SV39, 1, FRAME << 10 | 1 << 5 | 1 << 1)))
                .isEqualTo(new SoftEntry.Resident(PageSource.PROTECTED, FRAME << 12));
        assertThat(decoder(facts, new KernelVersion(6, 1)).decode(entry(RiscvPaging.SV39, 1, 0x1000)))
                .isInstanceOf(SoftEntry.Gone.class);
    }

    @Test
    void typesAboveTheDevicesSayWhereThePageIs() {
        EntryDecoder decoder = decoder(AddressFacts.x86(), new KernelVersion(6, 12));
        // 32 less one marker, four for devices, three for migration, one for lost frames.
        int poisoned = 23;

        assertThat(decoder.special(poisoned - 1, 7)).isEqualTo(new SoftEntry.Swapped(poisoned - 1, 7));
        assertThat(decoder.special(poisoned, FRAME))
                .isInstanceOfSatisfying(
                        SoftEntry.Gone.class, gone -> assertThat(gone.cause()).isEqualTo(Fault.PAGE_LOST));
        long young = 1L << 34;
        assertThat(decoder.special(poisoned + 1, FRAME | young))
                .isEqualTo(new SoftEntry.Resident(PageSource.MIGRATION, FRAME << 12));
        assertThat(decoder.special(poisoned + 4, FRAME))
                .isInstanceOfSatisfying(
                        SoftEntry.Gone.class, gone -> assertThat(gone.cause()).isEqualTo(Fault.DEVICE_MEMORY));
        assertThat(decoder.special(poisoned + 6, FRAME))
                .isEqualTo(new SoftEntry.Resident(PageSource.PROTECTED, FRAME << 12));
    }

    @Test
    void markersSayGuardLostOrNothing() {
        EntryDecoder decoder = decoder(AddressFacts.x86(), new KernelVersion(7, 2));

        assertThat(decoder.special(31, 0b100))
                .isInstanceOfSatisfying(
                        SoftEntry.Gone.class, gone -> assertThat(gone.cause()).isEqualTo(Fault.GUARD_PAGE));
        assertThat(decoder.special(31, 0b010))
                .isInstanceOfSatisfying(
                        SoftEntry.Gone.class, gone -> assertThat(gone.cause()).isEqualTo(Fault.PAGE_LOST));
        assertThat(decoder.special(31, 0b001)).isEqualTo(new SoftEntry.Untouched());
    }

    @Test
    void theNumberOfDevicesFollowsVersionAndConfiguration() {
        SwapTypes.Features none = new SwapTypes.Features(false, false, false, false);

        assertThat(SwapTypes.of(new KernelVersion(5, 10), none, 34).poisoned()).isEqualTo(32);
        assertThat(SwapTypes.of(new KernelVersion(5, 10), new SwapTypes.Features(true, true, true, false), 34)
                        .poisoned())
                .isEqualTo(27);
        assertThat(SwapTypes.of(new KernelVersion(6, 1), ALL, 34).poisoned()).isEqualTo(22);
        assertThat(SwapTypes.of(new KernelVersion(6, 12), ALL, 34).poisoned()).isEqualTo(23);
        assertThat(SwapTypes.of(new KernelVersion(6, 15), ALL, 34).poisoned()).isEqualTo(24);
        assertThat(SwapTypes.of(new KernelVersion(7, 2), ALL, 34).poisoned()).isEqualTo(21);
    }
}
