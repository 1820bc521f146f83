package io.memflow.os.linux.page;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageSource;
import io.memflow.core.paging.EntryRule;
import io.memflow.core.paging.PagingLevel;
import io.memflow.core.translate.TableEntry;
import io.memflow.os.linux.structure.AddressFacts;
import io.memflow.os.linux.structure.Kernel;
import org.jspecify.annotations.Nullable;

/** Reads entries that are not present ({@code include/linux/swapops.h}). Immutable. */
final class EntryDecoder {
    /** Bits of a marker's offset, include/linux/swapops.h. */
    private static final long MARKER_POISONED = 1 << 1;

    private static final long MARKER_GUARD = 1 << 2;

    private final @Nullable EntryLayout layout;
    private final SwapTypes types;
    private final int pageShift;
    private final String architecture;

    EntryDecoder(AddressFacts facts, @Nullable EntryLayout layout, SwapTypes types) {
        this.layout = layout;
        this.types = types;
        pageShift = Long.numberOfTrailingZeros(facts.pageBytes());
        architecture = facts.architecture();
    }

    static EntryDecoder of(Kernel kernel) {
        EntryLayout layout = EntryLayout.of(kernel.facts(), kernel.version()).orElse(null);
        return new EntryDecoder(kernel.facts(), layout, SwapTypes.of(kernel));
    }

    /** What an entry says that was read and is not present. */
    SoftEntry decode(TableEntry entry) {
        long value = entry.value();
        if (value == 0) {
            return new SoftEntry.Untouched();
        }
        if (layout == null) {
            return new SoftEntry.Gone(
                    Fault.NOT_PRESENT, "this kernel's layout of such entries is not known on " + architecture);
        }
        return layout.isProtected(value, entry.number())
                ? resident(layout, entry)
                : special(layout.type(value), layout.offset(value));
    }

    private static SoftEntry resident(EntryLayout layout, TableEntry entry) {
        PagingLevel level = entry.level();
        long present = layout.asPresent(entry.value(), level.shift());
        for (EntryRule rule : level.rules()) {
            if (rule.matches(present)) {
                return rule.kind() == EntryRule.Kind.PAGE
                        ? new SoftEntry.Resident(PageSource.PROTECTED, rule.physical(present))
                        : unknown();
            }
        }
        return unknown();
    }

    private static SoftEntry unknown() {
        return new SoftEntry.Gone(Fault.NOT_PRESENT, "its page-table entry is of no known form");
    }

    /**
     * What a swap type and offset stand for, as they are in page tables and in shared memory.
     *
     * @param offset of a device in pages; of the other types what each says
     */
    SoftEntry special(int type, long offset) {
        if (type < types.poisoned()) {
            return new SoftEntry.Swapped(type, offset);
        }
        if (type < types.migration()) {
            return new SoftEntry.Gone(
                    Fault.PAGE_LOST, "the kernel has taken its frame out of use after a memory failure");
        }
        if (type < types.device()) {
            return new SoftEntry.Resident(PageSource.MIGRATION, types.frame(offset) << pageShift);
        }
        if (type < types.marker()) {
            return type >= types.lent() && type < types.movingInDevice()
                    ? new SoftEntry.Resident(PageSource.PROTECTED, types.frame(offset) << pageShift)
                    : new SoftEntry.Gone(Fault.DEVICE_MEMORY, "it is in memory of a device");
        }
        return type < types.error() ? marker(offset) : lost();
    }

    private static SoftEntry marker(long bits) {
        if ((bits & MARKER_GUARD) != 0) {
            return new SoftEntry.Gone(Fault.GUARD_PAGE, "its process has made it a guard");
        }
        return (bits & MARKER_POISONED) != 0 ? lost() : new SoftEntry.Untouched();
    }

    private static SoftEntry lost() {
        return new SoftEntry.Gone(Fault.PAGE_LOST, "it could not be read back from swap, or was given up as damaged");
    }
}
