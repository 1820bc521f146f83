package io.memflow.lab.translation;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.Aarch64Registers;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.RiscvRegisters;
import io.memflow.core.paging.X86Registers;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.WalkEnd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Our translations of a paused guest against all that a truth holds, one by one, as lists and as a walk. Confined. */
final class WalkComparison {
    private final TranslationTruth truth;
    private final VirtualMemory space;
    private final long smallPage;
    private final Translation found = new Translation();
    private final List<String> differences = new ArrayList<>();
    private int compared;

    private WalkComparison(TranslationTruth truth, PhysicalMemory memory) {
        this.truth = truth;
        AddressSpace trees = switch (truth.registers()) {
            case PagingRegisters.X86 x86 ->
                X86Registers.addressSpace(x86.cr0(), x86.cr3(), x86.cr4(), x86.efer())
                        .orElseThrow();
            case PagingRegisters.Arm64 arm -> Aarch64Registers.stage1(arm.tcr(), arm.ttbr0(), arm.ttbr1());
            case PagingRegisters.RiscV64 riscv ->
                RiscvRegisters.satp64(riscv.satp()).orElseThrow();
        };
        space = new VirtualMemory(memory, trees);
        smallPage = truth.picture().pageSize();
    }

    /**
     * @param compared how many statements of others were held against ours
     * @param mapped bytes that our walk of the whole space found mapped
     * @param differences one line each
     */
    record Result(int compared, long mapped, List<String> differences) {}

    static Result of(TranslationTruth truth, PhysicalMemory memory) {
        WalkComparison comparison = new WalkComparison(truth, memory);
        comparison.checkAsked();
        truth.picture().spinner().areas().stream()
                .filter(MappedArea::isInPagemap)
                .filter(area -> comparison.answersAll() || truth.mode() == ProcessorMode.USER)
                .forEach(comparison::checkArea);
        List<Piece> walked = comparison.walk();
        if (!truth.pages().isEmpty()) {
            comparison.checkPages(walked);
        } else if (!truth.ranges().isEmpty()) {
            comparison.checkRanges(walked);
        }
        long mapped = walked.stream().mapToLong(Piece::length).sum();
        return new Result(comparison.compared, mapped, comparison.differences);
    }

    private record Piece(long virtual, long physical, long length, int pageType, long pageSize) {}

    private boolean answersAll() {
        return !Questions.answersByRights(truth.guest().architecture());
    }

    private List<Piece> walk() {
        List<Piece> pieces = new ArrayList<>();
        WalkEnd end = space.walk(new MappingSink() {
            @Override
            public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
                return pieces.add(new Piece(virtual, physical, length, pageType, pageSize));
            }

            @Override
            public boolean missing(long virtual, long length, Fault cause, int level) {
                differences.add("%x: the walk misses %x bytes: %s".formatted(virtual, length, cause));
                return true;
            }
        });
        if (end != WalkEnd.COMPLETE) {
            differences.add("the walk ended " + end);
        }
        return pieces;
    }

    /** What {@code gva2gpa} said, as one list in no order of its own. */
    private void checkAsked() {
        TranslationList list = new TranslationList();
        truth.asked().keySet().forEach(list::add);
        space.translate(list);
        int i = 0;
        for (OptionalLong physical : truth.asked().values()) {
            boolean barred = physical.isEmpty() && list.isMapped(i) && isBarredInMode(list.pageType(i));
            if (!barred) {
                expect(list.virtual(i), physical, list.isMapped(i), list.physical(i), list.fault(i), "gva2gpa");
            }
            i++;
        }
    }

    /** Where the monitor answers with the rights of the mode: whether a page is closed to that mode. */
    private boolean isBarredInMode(int pageType) {
        int closed = truth.mode() == ProcessorMode.USER ? PageType.SUPERVISOR : PageType.USER;
        return !answersAll() && (pageType & closed) != 0;
    }

    /** Every page of an area: present ones where pagemap says, others nowhere. */
    private void checkArea(MappedArea area) {
        Map<Long, Long> present = new HashMap<>();
        if (area.isAccessible()) {
            area.pages().forEach(page -> present.put(page.address(), page.physical()));
        }
        for (long address = area.start(); address != area.end(); address += smallPage) {
            Long physical = present.get(address);
            boolean mapped = space.translate(address, found);
            expect(
                    address,
                    physical == null ? OptionalLong.empty() : OptionalLong.of(physical),
                    mapped,
                    found.physical(),
                    found.fault(),
                    "pagemap");
        }
    }

    private void expect(long address, OptionalLong physical, boolean mapped, long ours, Fault fault, String source) {
        compared++;
        if (mapped != physical.isPresent() || (mapped && ours != physical.getAsLong())) {
            differences.add("%x: %s says %s, our walk %s at %x"
                    .formatted(
                            address,
                            source,
                            physical.isPresent() ? Long.toHexString(physical.getAsLong()) : "unmapped",
                            fault,
                            ours));
        }
    }

    /** {@code info tlb} lists every page of the space: ours must be the same ones, with the same rights. */
    private void checkPages(List<Piece> walked) {
        Map<Long, MonitorPage> listed = new HashMap<>();
        truth.pages().forEach(page -> listed.put(page.virtual(), page));
        for (Piece piece : walked) {
            compared++;
            MonitorPage page = listed.remove(piece.virtual);
            if (page == null || page.physical() != piece.physical) {
                differences.add("%x: info tlb says %s, our walk %x"
                        .formatted(piece.virtual, page == null ? "unmapped" : page, piece.physical));
            } else {
                checkRights(page, piece);
            }
        }
        listed.values().forEach(page -> differences.add("our walk misses " + page));
    }

    private void checkRights(MonitorPage page, Piece piece) {
        boolean noExecute = page.has('X') || isBarredByIsolation(page.virtual());
        int expected = flag(page.has('G'), PageType.GLOBAL)
                | flag(page.has('D'), PageType.DIRTY)
                | flag(page.has('A'), PageType.ACCESSED)
                | flag(noExecute, PageType.NO_EXECUTE_AT_ALL)
                | rights(page);
        // In the last table the same bit chooses a memory type, which no kernel here does.
        boolean large = piece.pageSize != smallPage;
        if (piece.pageType != expected || page.has('P') != large) {
            differences.add("%x: info tlb says %s, that is type %x, our walk type %x of %x bytes"
                    .formatted(page.virtual(), page.flags(), expected, piece.pageType, piece.pageSize));
        }
    }

    /** What all levels together allow; with five levels only the last one's say is known, which Linux never narrows. */
    private int rights(MonitorPage page) {
        boolean writable =
                truth.range(page.virtual()).map(range -> range.has('w')).orElse(page.has('W'));
        boolean user = truth.range(page.virtual()).map(range -> range.has('u')).orElse(page.has('U'));
        return (writable ? PageType.WRITABLE : PageType.READ_ONLY) | (user ? PageType.USER : PageType.SUPERVISOR);
    }

    private boolean isBarredByIsolation(long address) {
        return truth.guest().isIsolated() && truth.mode() == ProcessorMode.KERNEL && address >= 0;
    }

    /** RISC-V's {@code info mem} lists every run of the space with the rights of its entries. */
    private void checkRanges(List<Piece> walked) {
        long mapped = 0;
        int at = 0;
        for (Piece piece : walked) {
            while (at < truth.ranges().size() && endsBefore(truth.ranges().get(at), piece.virtual)) {
                at++;
            }
            compared++;
            MonitorRange range = at < truth.ranges().size() ? truth.ranges().get(at) : null;
            if (range == null
                    || !range.agrees(piece.virtual, piece.physical)
                    || !agreesOnRights(range, piece.pageType)) {
                differences.add("%x: info mem says %s, our walk %s".formatted(piece.virtual, range, piece));
            }
            mapped += piece.length;
        }
        long listed = truth.ranges().stream().mapToLong(MonitorRange::length).sum();
        if (mapped != listed) {
            differences.add("info mem lists %x bytes, our walk %x".formatted(listed, mapped));
        }
    }

    private static boolean agreesOnRights(MonitorRange range, int type) {
        return range.has('r') != ((type & PageType.NO_READ) != 0)
                && range.has('w') == ((type & PageType.WRITABLE) != 0)
                && range.has('x') != ((type & PageType.NO_EXECUTE) != 0)
                && range.has('u') == ((type & PageType.USER) != 0)
                && range.has('g') == ((type & PageType.GLOBAL) != 0)
                && range.has('a') == ((type & PageType.ACCESSED) != 0)
                && range.has('d') == ((type & PageType.DIRTY) != 0);
    }

    private static boolean endsBefore(MonitorRange range, long address) {
        return Long.compareUnsigned(range.start() + range.length(), address) <= 0;
    }

    private static int flag(boolean set, int flag) {
        return set ? flag : PageType.NONE;
    }
}
