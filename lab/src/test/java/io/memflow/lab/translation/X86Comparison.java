package io.memflow.lab.translation;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.X86Paging;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Our walk of x86-64 page tables against all that a truth holds. Confined. */
final class X86Comparison {
    /** CR4.LA57. Source: Intel SDM volume 3A, section 2.5. */
    private static final long LA57 = 1L << 12;

    /** Bits of CR3 that hold the root: Intel SDM volume 3A, table 4-12. */
    private static final long ROOT = 0x000F_FFFF_FFFF_F000L;

    private static final long SMALL = 4 << 10;
    private static final long LARGE = 2 << 20;

    private final TranslationTruth truth;
    private final PageTableWalker walker;
    private final long root;
    private final Translation found = new Translation();
    private final List<String> differences = new ArrayList<>();
    private int compared;

    private X86Comparison(TranslationTruth truth, PhysicalMemory memory) {
        this.truth = truth;
        PagingRegisters.X86 registers = (PagingRegisters.X86) truth.registers();
        this.walker = new PageTableWalker(memory, (registers.cr4() & LA57) != 0 ? X86Paging.LEVEL5 : X86Paging.LEVEL4);
        this.root = registers.cr3() & ROOT;
    }

    /**
     * @param compared how many addresses were translated
     * @param differences one line each
     */
    record Result(int compared, List<String> differences) {}

    static Result of(TranslationTruth truth, PhysicalMemory memory) {
        X86Comparison comparison = new X86Comparison(truth, memory);
        truth.pages().forEach(comparison::checkPage);
        truth.picture().spinner().areas().stream()
                .filter(MappedArea::isInPagemap)
                .forEach(comparison::checkArea);
        truth.asked().forEach((address, physical) -> comparison.checkAddress(address, physical, "gva2gpa"));
        return new Result(comparison.compared, comparison.differences);
    }

    private void checkPage(MonitorPage page) {
        checkAddress(page.virtual(), OptionalLong.of(page.physical()), "info tlb");
        if (found.fault() != Fault.NONE) {
            return;
        }
        // In the last table the same bit chooses a memory type, which no kernel here does.
        long size = page.has('P') ? LARGE : SMALL;
        int expected = flag(page.has('G'), PageType.GLOBAL)
                | flag(page.has('D'), PageType.DIRTY)
                | flag(page.has('A'), PageType.ACCESSED)
                | flag(page.has('X') || isBarredByIsolation(page.virtual()), PageType.NO_EXECUTE)
                | rights(page);
        if (found.pageSize() != size || found.pageType() != expected) {
            differences.add("%x: info tlb says %s of %x bytes, that is type %x, our walk type %x of %x bytes"
                    .formatted(page.virtual(), page.flags(), size, expected, found.pageType(), found.pageSize()));
        }
    }

    /** What all levels together allow; with five levels only the last one's say is known, which Linux never narrows. */
    private int rights(MonitorPage page) {
        boolean writable =
                truth.range(page.virtual()).map(range -> range.has('w')).orElse(page.has('W'));
        boolean user = truth.range(page.virtual()).map(range -> range.has('u')).orElse(page.has('U'));
        return (writable ? PageType.WRITABLE : PageType.READ_ONLY) | flag(user, PageType.USER);
    }

    private boolean isBarredByIsolation(long address) {
        return truth.guest().isIsolated() && truth.mode() == ProcessorMode.KERNEL && address >= 0;
    }

    /** Every page of an area: present ones where pagemap says, others nowhere. */
    private void checkArea(MappedArea area) {
        Map<Long, Long> present = new HashMap<>();
        if (area.isAccessible()) {
            area.pages().forEach(page -> present.put(page.address(), page.physical()));
        }
        for (long address = area.start(); address != area.end(); address += SMALL) {
            Long physical = present.get(address);
            checkAddress(address, physical == null ? OptionalLong.empty() : OptionalLong.of(physical), "pagemap");
        }
    }

    private void checkAddress(long address, OptionalLong physical, String source) {
        compared++;
        boolean mapped = walker.translate(root, address, found);
        if (mapped != physical.isPresent() || (mapped && found.physical() != physical.getAsLong())) {
            differences.add("%x: %s says %s, our walk %s at %x"
                    .formatted(
                            address,
                            source,
                            physical.isPresent() ? Long.toHexString(physical.getAsLong()) : "unmapped",
                            found.fault(),
                            found.physical()));
        }
    }

    private static int flag(boolean set, int flag) {
        return set ? flag : PageType.NONE;
    }
}
