package io.memflow.lab.translation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Whether the sources of a truth agree among themselves: the guest's pagemap, its kernel's segments, and the monitor's
 * lists and single answers. What they disagree on proves nothing about our walk. Confined.
 */
final class TruthConsistency {
    private final TranslationTruth truth;
    private final List<String> differences = new ArrayList<>();
    private final Map<Long, PagemapEntry> spinnersPages = new HashMap<>();
    private int compared;

    private TruthConsistency(TranslationTruth truth) {
        this.truth = truth;
        for (MappedArea area : truth.picture().spinner().areas()) {
            for (PagemapEntry page : area.isAccessible() ? area.pages() : List.<PagemapEntry>of()) {
                spinnersPages.put(page.address(), page);
            }
        }
    }

    /**
     * @param compared how many statements of one source were held against another
     * @param differences one line each
     */
    record Result(int compared, List<String> differences) {}

    static Result of(TranslationTruth truth) {
        TruthConsistency check = new TruthConsistency(truth);
        truth.asked().forEach(check::check);
        truth.pages().forEach(check::check);
        for (MonitorRange range : truth.ranges()) {
            range.physical().ifPresent(physical -> check.checkRange(range, physical));
        }
        return new Result(check.compared, check.differences);
    }

    /** One answer against the guest's own view, and against the monitor's lists. */
    private void check(long address, OptionalLong physical) {
        long pageSize = truth.picture().pageSize();
        if (isOfSpinner(address) && isLowerHalfVisible()) {
            PagemapEntry page = spinnersPages.get(address & -pageSize);
            expect(
                    address,
                    page == null ? OptionalLong.empty() : OptionalLong.of(page.physical() + (address & (pageSize - 1))),
                    physical,
                    "pagemap");
        }
        OptionalLong segment = Questions.physical(truth.picture(), address);
        if (segment.isPresent() && physical.isPresent()) {
            expect(address, segment, physical, "kcore");
        }
        if (!truth.ranges().isEmpty() && answersAll()) {
            compared++;
            if (truth.ranges().stream().anyMatch(range -> range.contains(address)) != physical.isPresent()) {
                differences.add("%x: info mem says otherwise than gva2gpa, which says %s".formatted(address, physical));
            }
        }
    }

    private void check(MonitorPage page) {
        PagemapEntry entry = spinnersPages.get(page.virtual());
        if (entry != null) {
            expect(page.virtual(), OptionalLong.of(entry.physical()), OptionalLong.of(page.physical()), "info tlb");
        }
    }

    private void checkRange(MonitorRange range, long physical) {
        long pageSize = truth.picture().pageSize();
        for (long at = 0; at < range.length(); at += pageSize) {
            PagemapEntry entry = spinnersPages.get(range.start() + at);
            if (entry != null) {
                compared++;
                if (!range.agrees(entry.address(), entry.physical())) {
                    differences.add("%x: pagemap says %x, info mem %x"
                            .formatted(entry.address(), entry.physical(), physical + at));
                }
            }
        }
    }

    private void expect(long address, OptionalLong expected, OptionalLong found, String source) {
        compared++;
        if (!expected.equals(found)) {
            differences.add("%x: %s: expected %s, found %s".formatted(address, source, text(expected), text(found)));
        }
    }

    private boolean answersAll() {
        return !Questions.answersByRights(truth.guest().architecture());
    }

    private boolean isLowerHalfVisible() {
        return answersAll() || truth.mode() == ProcessorMode.USER;
    }

    /** Addresses inside the process' own mappings; pagemap says nothing of others. */
    private boolean isOfSpinner(long address) {
        return truth.picture().spinner().areas().stream()
                .anyMatch(area -> area.isInPagemap() && area.contains(address));
    }

    private static String text(OptionalLong address) {
        return address.isPresent() ? Long.toHexString(address.getAsLong()) : "unmapped";
    }
}
