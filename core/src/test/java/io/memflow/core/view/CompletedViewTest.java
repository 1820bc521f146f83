package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageRun;
import io.memflow.core.memory.PageSource;
import io.memflow.core.memory.PartialRead;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A space of pages 0x1000 (mapped), 0x2000 (found elsewhere), 0x3000 (missing) and 0x4000 (found where no memory is). */
class CompletedViewTest {
    private static final long ROOT = 0x10000;
    private static final int BYTES = 0x20000;
    private static final long MAPPED = 0x5000;
    private static final long ELSEWHERE = 0x8000;

    private final MemorySegment ram = MemorySegment.ofArray(new byte[BYTES]);
    private final MappedMemory physical = new MappedMemory(
            DirectMap.builder().add(0, ram, 0, BYTES).build(),
            Arena.ofAuto(),
            ViewProperties.Access.READ_WRITE,
            "test",
            List.of());
    private int looks;
    private final CompletedView view = view();

    private CompletedView view() {
        for (long level = 0; level < 3; level++) {
            ram.set(ScalarLayout.LONG_LITTLE, ROOT + level * 0x1000, ROOT + (level + 1) * 0x1000 | 7);
        }
        ram.set(ScalarLayout.LONG_LITTLE, ROOT + 3 * 0x1000 + 8, MAPPED | 7);
        for (int at = 0; at < 0x1000; at++) {
            ram.set(ValueLayout.JAVA_BYTE, MAPPED + at, (byte) 1);
            ram.set(ValueLayout.JAVA_BYTE, ELSEWHERE + at, (byte) 2);
        }
        VirtualMemory mapped = new VirtualMemory(physical, new PageTableWalker(physical, X86Paging.LEVEL4), ROOT);
        return new CompletedView(mapped, physical, this::open);
    }

    private AbsentPages.Search open() {
        looks++;
        return new AbsentPages.Search() {
            @Override
            public PageRun find(long address, long length) {
                return CompletedViewTest.find(address, length);
            }

            @Override
            public Fault restore(long address, MemorySegment target) {
                target.fill((byte) (address >>> 12 == 5 ? 5 : 9));
                return address >>> 12 == 5 ? Fault.NONE : Fault.SWAPPED_OUT;
            }
        };
    }

    private static PageRun find(long address, long length) {
        long known = Math.min(length, 0x1000 - (address & 0xFFF));
        PageContent content = switch ((int) (address >>> 12)) {
            case 2 -> new PageContent.InMemory(PageSource.PAGE_CACHE, ELSEWHERE + (address & 0xFFF));
            case 4 -> new PageContent.InMemory(PageSource.SWAP_CACHE, 0x7000_0000 + (address & 0xFFF));
            case 5, 6 -> new PageContent.Packed(PageSource.ZRAM, "zram0 at page 1");
            default -> new PageContent.Missing(Fault.SWAPPED_OUT, "swap device 0");
        };
        return new PageRun(new AddressRange(address, known), content);
    }

    @Test
    void whatTheTablesMapIsNotLookedFor() {
        assertThat(view.readByte(0x1FFF)).isEqualTo((byte) 1);
        assertThat(looks).isZero();
    }

    @Test
    void aScalarIsReadFromAPageFoundElsewhere() {
        assertThat(view.readInt(0x2004)).isEqualTo(0x02020202);
    }

    @Test
    void aScalarAcrossBothKindsOfPagesIsWhole() {
        assertThat(view.readInt(0x1FFE)).isEqualTo(0x02020101);
    }

    @Test
    void everyRunOfARequestHasItsOwnCause() {
        PartialRead read = view.readPartial(0x1800, 0x3000);

        assertThat(read.gaps())
                .containsExactly(
                        new Gap(new AddressRange(0x3000, 0x1000), Fault.SWAPPED_OUT),
                        new Gap(new AddressRange(0x4000, 0x800), Fault.OUTSIDE_PHYSICAL_MEMORY));
        assertThat(read.bytes().get(ValueLayout.JAVA_BYTE, 0x7FF)).isEqualTo((byte) 1);
        assertThat(read.bytes().get(ValueLayout.JAVA_BYTE, 0x800)).isEqualTo((byte) 2);
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void whatIsKeptInAnotherFormIsRestored() {
        PartialRead read = view.readPartial(0x4FFF, 0x1002);

        assertThat(read.gaps())
                .containsExactly(
                        new Gap(new AddressRange(0x4FFF, 1), Fault.OUTSIDE_PHYSICAL_MEMORY),
                        new Gap(new AddressRange(0x6000, 1), Fault.SWAPPED_OUT));
        assertThat(read.bytes().get(ValueLayout.JAVA_BYTE, 1)).isEqualTo((byte) 5);
        assertThat(read.bytes().get(ValueLayout.JAVA_BYTE, 0x1000)).isEqualTo((byte) 5);
        assertThat(view.readInt(0x5004)).isEqualTo(0x05050505);
    }

    @Test
    void oneLookServesABatchAndKeepsOtherFaults() {
        MemoryBatch batch = new MemoryBatch();
        for (long address : new long[] {0x2000, 0x1000, 0x3000, 0x8000_0000_0000_0000L}) {
            batch.add(address, MemorySegment.ofArray(new byte[16]));
        }

        view.read(batch);

        assertThat(looks).isEqualTo(1);
        assertThat(batch.status(0)).isEqualTo(RequestStatus.WHOLE);
        assertThat(batch.status(1)).isEqualTo(RequestStatus.WHOLE);
        assertThat(batch.status(2)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.status(3)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.faultCause(batch.faultRequest(0) == 2 ? 0 : 1)).isEqualTo(Fault.SWAPPED_OUT);
        assertThat(batch.faultCause(batch.faultRequest(0) == 3 ? 0 : 1)).isEqualTo(Fault.NOT_CANONICAL);
    }

    @Test
    void aMissingScalarSaysWhy() {
        assertThatThrownBy(() -> view.readLong(0x3000))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        missing -> assertThat(missing.fault()).isEqualTo(Fault.SWAPPED_OUT));
    }

    @Test
    void writesGoThroughTheTablesAlone() {
        view.writeByte(0x1000, (byte) 9);

        assertThat(view.readByte(0x1000)).isEqualTo((byte) 9);
        assertThatThrownBy(() -> view.writeByte(0x2000, (byte) 9))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        refused -> assertThat(refused.fault()).isEqualTo(Fault.NOT_PRESENT));
    }
}
