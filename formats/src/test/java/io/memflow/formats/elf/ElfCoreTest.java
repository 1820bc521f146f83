package io.memflow.formats.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.memflow.core.error.MalformedDataException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElfCoreTest {
    private static final byte[] PAGE = new byte[0x1000];

    private static CoreFileBuilder twoSegments() {
        return new CoreFileBuilder()
                .note("CORE", 1, new byte[336])
                .note("QEMU", 0, CoreFileBuilder.qemuState(440))
                .load(0, PAGE)
                .load(0xFFFC_0000L, new byte[0x400]);
    }

    @Test
    void listsSegmentsInFileOrder() {
        ElfCore core = ElfCore.parse(twoSegments().segment());

        assertThat(core.machine()).isEqualTo(ElfCore.EM_X86_64);
        assertThat(core.truncated()).isEmpty();
        assertThat(core.segments()).hasSize(2);
        LoadSegment low = core.segments().get(0);
        LoadSegment bios = core.segments().get(1);
        assertThat(low).isEqualTo(new LoadSegment(low.fileOffset(), 0, 0, 0x1000, 0x1000));
        assertThat(bios)
                .isEqualTo(new LoadSegment(low.fileOffset() + 0x1000, 0xFFFC_0000L, 0xFFFC_0000L, 0x400, 0x400));
    }

    @Test
    void decodesTheProcessorStateOfQemu() {
        QemuCpuState state = ElfCore.parse(twoSegments().segment()).processors().getFirst();

        assertThat(state.rax()).isEqualTo(0x100);
        assertThat(state.rsp()).isEqualTo(0x106);
        assertThat(state.r15()).isEqualTo(0x10F);
        assertThat(state.rip()).isEqualTo(0x110);
        assertThat(state.rflags()).isEqualTo(0x111);
        assertThat(state.cs()).isEqualTo(new QemuCpuState.Segment(0, 0xFFFF, 0xAF9B00, 0));
        assertThat(state.gs().base()).isEqualTo(0x4000);
        assertThat(state.idt().base()).isEqualTo(0x9000);
        assertThat(List.of(state.cr0(), state.cr1(), state.cr2(), state.cr3(), state.cr4()))
                .containsExactly(0x200L, 0x201L, 0x202L, 0x203L, 0x204L);
        assertThat(state.kernelGsBase()).hasValue(0xFFFF_8880_0000_0000L);
    }

    @Test
    void acceptsTheOlderStateWithoutKernelGsBase() {
        ElfCore core = ElfCore.parse(new CoreFileBuilder()
                .note("QEMU", 0, CoreFileBuilder.qemuState(432))
                .load(0, PAGE)
                .segment());

        assertThat(core.processors()).hasSize(1);
        assertThat(core.processors().getFirst().kernelGsBase()).isEmpty();
    }

    @Test
    void leavesQemuNotesOfOtherMachinesAndVersionsUndecoded() {
        byte[] version2 = CoreFileBuilder.qemuState(440);
        version2[0] = 2;
        CoreFileBuilder builder =
                new CoreFileBuilder().note("QEMU", 0, version2).load(0, PAGE);

        assertThat(ElfCore.parse(builder.segment()).processors()).isEmpty();
        assertThat(ElfCore.parse(builder.segment()).notes()).hasSize(1);
        assertThat(ElfCore.parse(twoSegments().machine(183).segment()).processors())
                .isEmpty();
    }

    @Test
    void readsTheVmcoreinfoText() {
        byte[] text = "OSRELEASE=6.1.0\nPAGESIZE=4096\n\0\0".getBytes(StandardCharsets.US_ASCII);
        ElfCore core = ElfCore.parse(
                new CoreFileBuilder().note("VMCOREINFO", 0, text).load(0, PAGE).segment());

        assertThat(core.vmcoreInfo()).hasValue("OSRELEASE=6.1.0\nPAGESIZE=4096\n");
        assertThat(ElfCore.parse(twoSegments().segment()).vmcoreInfo()).isEmpty();
    }

    @Test
    void takesTheSegmentCountFromSectionHeaderZeroWhenItDoesNotFit() {
        CoreFileBuilder builder = new CoreFileBuilder().withExtendedNumbering();
        for (int index = 0; index < 70_000; index++) {
            builder.sparse(0x1000L * index, 0x1000);
        }

        ElfCore core = ElfCore.parse(builder.segment());

        assertThat(core.segments()).hasSize(70_000);
        assertThat(core.segments().getLast())
                .isEqualTo(new LoadSegment(core.segments().getLast().fileOffset(), 0x1000L * 69_999, 0, 0, 0x1000));
    }

    @Test
    void readsFilesOf32BitMachines() {
        CoreFileBuilder narrow = twoSegments().machine(ElfCore.EM_386).width(ElfWidth.BITS_32);
        assertReadsLikeWide(ElfCore.parse(narrow.segment()));
        assertReadsLikeWide(ElfCore.parse(narrow.withExtendedNumbering().segment()));
    }

    private static void assertReadsLikeWide(ElfCore core) {
        assertThat(core.machine()).isEqualTo(ElfCore.EM_386);
        assertThat(core.segments())
                .extracting(LoadSegment::physicalAddress, LoadSegment::fileSize, LoadSegment::memorySize)
                .containsExactlyElementsOf(ElfCore.parse(twoSegments().segment()).segments().stream()
                        .map(wide -> tuple(wide.physicalAddress(), wide.fileSize(), wide.memorySize()))
                        .toList());
        assertThat(core.processors()).hasSize(1);
        assertThat(core.truncated()).isEmpty();
    }

    @Test
    void cutsSegmentsToWhatATruncatedFileHolds() {
        byte[] whole = twoSegments().build();
        ElfCore core = ElfCore.parse(MemorySegment.ofArray(Arrays.copyOf(whole, whole.length - 0x900)));

        assertThat(core.segments())
                .extracting(LoadSegment::fileSize, LoadSegment::memorySize)
                .containsExactly(tuple(0xB00L, 0x1000L), tuple(0L, 0x400L));
        assertThat(core.truncated())
                .extracting(
                        TruncatedSegment::programHeader,
                        TruncatedSegment::declaredSize,
                        TruncatedSegment::availableSize)
                .containsExactly(tuple(1, 0x1000L, 0xB00L), tuple(2, 0x400L, 0L));
        assertThat(core.processors()).hasSize(1);
    }

    @Test
    void saysWhatAnUnsupportedElfFileIs() {
        assertRejected(4, 3, "ELF file of unknown class 3");
        assertRejected(5, 2, "big-endian ELF file");
        assertRejected(16, 2, "ELF executable");
        assertRejected(16, 3, "ELF shared object");
        assertRejected(16, 1, "ELF object file");
    }

    private static void assertRejected(int offset, int value, String description) {
        byte[] file = twoSegments().build();
        file[offset] = (byte) value;
        assertThatThrownBy(() -> ElfCore.parse(MemorySegment.ofArray(file)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(description)
                .hasMessageContaining("only little-endian ELF core files are supported");
    }

    @Test
    void recognisesElfByItsMagicOnly() {
        assertThat(ElfCore.isElf(MemorySegment.ofArray(new byte[] {0x7F, 'E', 'L', 'F'})))
                .isTrue();
        assertThat(ElfCore.isElf(MemorySegment.ofArray(new byte[] {0x7F, 'E', 'L'})))
                .isFalse();
        assertThat(ElfCore.isElf(MemorySegment.ofArray(PAGE))).isFalse();
        assertThatThrownBy(() -> ElfCore.parse(MemorySegment.ofArray(PAGE)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("no ELF magic");
    }

    @Test
    void rejectsMoreProgramHeadersThanTheFileHolds() {
        byte[] file = twoSegments().build();
        file[57] = 0x70;
        assertThatThrownBy(() -> ElfCore.parse(MemorySegment.ofArray(file)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("program headers");
    }
}
