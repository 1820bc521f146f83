package io.memflow.core.translate;

import io.memflow.core.paging.EntryRule;
import io.memflow.core.paging.PagingLevel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PagingLevel} laid out for the walkers: the form most entries have, of tables and of pages, is tried before the
 * list of all rules. Immutable.
 */
final class CompiledLevel {
    /** 1 is the last. */
    final int number;

    final int shift;
    final int indexBits;
    final long indexMask;
    /** The first rule for tables that no rule before it can pre-empt, or {@link CompiledRule#NONE}. */
    final CompiledRule table;
    /** The first rule for pages likewise. */
    final CompiledRule page;

    /** Low bits of an entry that pick the rules worth trying: valid bits, kinds and rights are among them. */
    private static final int PICKING = 0xFF;

    private final CompiledRule[] rules;
    /** The rules that an entry can match, by its low bits; in their order. */
    private final CompiledRule[][] candidates = new CompiledRule[PICKING + 1][];

    CompiledLevel(PagingLevel source, int number) {
        this.number = number;
        shift = source.shift();
        indexBits = source.indexBits();
        indexMask = (1L << indexBits) - 1;
        List<CompiledRule> compiled = new ArrayList<>();
        for (EntryRule rule : source.rules()) {
            compiled.add(new CompiledRule(rule, number));
        }
        rules = compiled.toArray(CompiledRule[]::new);
        table = first(EntryRule.Kind.TABLE);
        page = first(EntryRule.Kind.PAGE);
        for (int low = 0; low <= PICKING; low++) {
            candidates[low] = candidates(low);
        }
    }

    private CompiledRule[] candidates(int low) {
        List<CompiledRule> possible = new ArrayList<>();
        for (CompiledRule rule : rules) {
            if (((low ^ rule.value) & rule.mask & PICKING) == 0) {
                possible.add(rule);
            }
        }
        return possible.toArray(CompiledRule[]::new);
    }

    private CompiledRule first(EntryRule.Kind kind) {
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].kind == kind && excludesAllBefore(i)) {
                return rules[i];
            }
        }
        return CompiledRule.NONE;
    }

    private boolean excludesAllBefore(int index) {
        for (int i = 0; i < index; i++) {
            if (!rules[i].excludes(rules[index])) {
                return false;
            }
        }
        return true;
    }

    /** The rule that an entry follows; null when it is not present. */
    @Nullable
    CompiledRule match(long entry) {
        for (CompiledRule rule : candidates[(int) entry & PICKING]) {
            if ((entry & rule.mask) == rule.value) {
                return rule;
            }
        }
        return null;
    }
}
