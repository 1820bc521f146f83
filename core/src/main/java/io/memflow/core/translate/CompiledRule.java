package io.memflow.core.translate;

import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressField;
import io.memflow.core.paging.EntryRule;
import java.util.List;

/** An {@link EntryRule} with what a walk needs of it at hand. Immutable. */
final class CompiledRule {
    /** Stands for a rule that a level does not have: no entry matches it. */
    static final CompiledRule NONE = new CompiledRule(EntryRule.reserved(0, 1), 1);

    final EntryRule source;
    final EntryRule.Kind kind;
    final long mask;
    final long value;
    /** Entry bits of the address, when one field holds it all. */
    final long addressMask;
    /** How far left those bits rotate to become the address. */
    final int addressRotation;

    final boolean severalFields;
    final long upperMask;
    /** Bits of the address below the page's size; 0 for tables. */
    final long offsetMask;
    /** What {@link TranslationList} keeps of a page, without its flags. */
    final int outcome;

    final FlagLookup flags;

    CompiledRule(EntryRule source, int level) {
        this.source = source;
        kind = source.kind();
        mask = source.mask();
        value = source.value();
        List<AddressField> fields = source.address();
        severalFields = fields.size() > 1;
        addressMask = fields.isEmpty() ? 0 : fields.getFirst().mask();
        addressRotation = fields.isEmpty() ? 0 : fields.getFirst().shift();
        upperMask = source.upperMask();
        offsetMask = (1L << source.sizeBits()) - 1;
        outcome = TranslationList.outcome(Fault.NONE, level, source.sizeBits(), 0);
        flags = new FlagLookup(source.flags());
    }

    /** The low 64 bits of the physical address that an entry holds. */
    long physical(long entry) {
        return severalFields ? source.physical(entry) : Long.rotateLeft(entry & addressMask, addressRotation);
    }

    /** Whether no entry can match both rules. */
    boolean excludes(CompiledRule other) {
        return (mask & other.mask & (value ^ other.value)) != 0;
    }
}
