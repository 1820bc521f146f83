package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import io.memflow.core.paging.AddressField;
import io.memflow.core.paging.EntryFlag;
import io.memflow.core.paging.EntryRule;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.PagingLevel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes entries of one format: the inverse of its rules. Which bits say a page type is found by trying all bits that say
 * anything about it, so that no rule needs a second description. Confined.
 */
final class EntryEncoder {
    /** Page types a caller can ask for; the others are the absence of one of these. */
    static final int ASKED = PageType.WRITABLE
            | PageType.USER
            | PageType.GLOBAL
            | PageType.DIRTY
            | PageType.ACCESSED
            | PageType.NO_EXECUTE_AT_ALL
            | PageType.NO_READ
            | PageType.CONTIGUOUS;
    /** To write to a page or to miss it in user mode matters more than who executes it, and that more than the rest. */
    private static final int ACCESS = PageType.WRITABLE | PageType.USER | PageType.NO_READ;

    private static final int ACCESS_WEIGHT = 64;
    private static final int EXECUTE_WEIGHT = 16;

    private final List<PagingLevel> levels;
    private final Map<Wanted, Optional<Form>> forms = new HashMap<>();

    /**
     * An entry without its address.
     *
     * @param level counted from the root
     * @param bits what the entry holds besides the address
     * @param pageType what a walk through permissive tables then reports
     */
    record Form(int level, EntryRule rule, long bits, int pageType) {}

    private record Wanted(long pageSize, int pageType) {}

    EntryEncoder(PagingFormat format) {
        levels = format.levels();
    }

    /** The rule that an entry of a level follows; empty when it is not present. */
    Optional<EntryRule> rule(int level, long entry) {
        return levels.get(level).rules().stream()
                .filter(rule -> rule.matches(entry))
                .findFirst();
    }

    /** The entry of a page of that size which comes nearest to a page type; empty when no level has pages of that size. */
    Optional<Form> page(long pageSize, int pageType) {
        return forms.computeIfAbsent(new Wanted(pageSize, pageType & ASKED), this::nearest);
    }

    private Optional<Form> nearest(Wanted wanted) {
        Optional<Form> best = Optional.empty();
        int least = Integer.MAX_VALUE;
        int above = 0;
        for (int level = 0; level < levels.size(); level++) {
            for (Form form : pages(level, wanted.pageSize, above)) {
                int distance = distance(form.pageType, wanted.pageType);
                if (distance < least) {
                    least = distance;
                    best = Optional.of(form);
                }
            }
            if (level + 1 < levels.size()) {
                above |= table(level).map(Form::pageType).orElse(0);
            }
        }
        return best;
    }

    private static int distance(int pageType, int wanted) {
        int difference = (pageType ^ wanted) & ASKED;
        return Integer.bitCount(difference & ACCESS) * ACCESS_WEIGHT
                + Integer.bitCount(difference & PageType.NO_EXECUTE_AT_ALL) * EXECUTE_WEIGHT
                + Integer.bitCount(difference);
    }

    private List<Form> pages(int level, long pageSize, int above) {
        List<Form> found = new ArrayList<>();
        for (EntryRule rule : levels.get(level).rules()) {
            if (rule.kind() == EntryRule.Kind.PAGE && 1L << rule.sizeBits() == pageSize) {
                addForms(level, rule, above, found);
            }
        }
        return found;
    }

    /** The entry that names a table and forbids the least. */
    Optional<Form> table(int level) {
        List<Form> found = new ArrayList<>();
        for (EntryRule rule : levels.get(level).rules()) {
            if (rule.kind() == EntryRule.Kind.TABLE) {
                addForms(level, rule, 0, found);
            }
        }
        Optional<Form> best = Optional.empty();
        for (Form form : found) {
            if (best.isEmpty() || Integer.bitCount(form.pageType) < Integer.bitCount(best.get().pageType)) {
                best = Optional.of(form);
            }
        }
        return best;
    }

    /** Adds every form of one rule, one for each value of the bits that say something of the page type. */
    private void addForms(int level, EntryRule rule, int above, List<Form> found) {
        long free = 0;
        for (EntryFlag flag : rule.flags()) {
            free |= flag.mask();
        }
        free &= ~rule.mask();
        long chosen = 0;
        do {
            long bits = rule.value() | chosen;
            if (follows(level, rule, bits)) {
                int joined = flags(rule, bits) | above;
                int type = rule.kind() == EntryRule.Kind.PAGE ? PageFlags.combine(joined) : joined;
                found.add(new Form(level, rule, bits, type));
            }
            chosen = (chosen - free) & free;
        } while (chosen != 0);
    }

    private boolean follows(int level, EntryRule rule, long entry) {
        return rule(level, entry).filter(rule::equals).isPresent();
    }

    private static int flags(EntryRule rule, long entry) {
        int flags = 0;
        for (EntryFlag flag : rule.flags()) {
            flags |= (entry & flag.mask()) == flag.value() ? flag.pageType() : 0;
        }
        return flags;
    }

    /**
     * The low half of an entry with its address.
     *
     * @return empty when the entry cannot hold that address
     */
    Optional<Long> encode(Form form, long upper, long address) {
        long entry = form.bits;
        for (AddressField field : form.rule.address()) {
            // A field may lie over bits that tell the form; those are given.
            entry |= field.encode(address) & ~form.rule.mask();
        }
        boolean holds = follows(form.level, form.rule, entry)
                && form.rule.physical(entry) == address
                && (upper & form.rule.upperMask()) == upper
                && flags(form.rule, entry) == flags(form.rule, form.bits);
        return holds ? Optional.of(entry) : Optional.empty();
    }
}
