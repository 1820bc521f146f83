package io.memflow.core.paging;

import io.memflow.core.address.PageType;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.ArrayList;
import java.util.List;

/**
 * Intel's extended page tables (EPT), from guest-physical to physical addresses. Source: Intel SDM volume 3C, section 29.3
 * (the extended page table mechanism), its tables of entry formats, and section 29.3.3.1 (EPT misconfigurations); section
 * 25.6.11 for the EPT pointer. AMD's nested tables are {@link X86Paging#NESTED4} and {@code NESTED5}.
 *
 * <p>An entry is present when it allows anything. Reserved is what the manual calls a misconfiguration whatever the
 * processor: write without read, reserved bits, and memory types 2, 3 and 7. Pages that may only be executed are taken as
 * legal, as on every processor that reports the capability.
 */
public final class ExtendedPaging {
    private static final long READ = 1;
    private static final long WRITE = 1L << 1;
    private static final long EXECUTE = 1L << 2;
    private static final long LARGE = 1L << 7;
    private static final long ACCESSED = 1L << 8;
    private static final long DIRTY = 1L << 9;
    private static final long USER_EXECUTE = 1L << 10;

    private static final int MEMORY_TYPE_SHIFT = 3;
    private static final long MEMORY_TYPE = 7L << MEMORY_TYPE_SHIFT;
    private static final long WRITE_BACK = 6L << MEMORY_TYPE_SHIFT;
    /** Memory types 2 and 3, by their upper two bits. */
    private static final long TYPE_2_OR_3_MASK = 6L << MEMORY_TYPE_SHIFT;

    private static final long TYPE_2_OR_3 = 2L << MEMORY_TYPE_SHIFT;
    private static final long TYPE_7 = 7L << MEMORY_TYPE_SHIFT;
    /** Bits 7 to 3, reserved in an entry that names a table (bit 7 clear says that it does). */
    private static final long NOT_IN_TABLES = LARGE | 0xFL << MEMORY_TYPE_SHIFT;

    private static final int PAGE_SHIFT = 12;
    private static final int INDEX_BITS = 9;
    private static final long ADDRESS = X86Paging.ADDRESS;

    /** What the execute bits mean ("mode-based execute control for EPT", a VM-execution control). */
    public enum ExecuteControl {
        /** Off: bit 2 allows execution, bit 10 means nothing. */
        ONE_BIT,
        /** On: bit 2 allows it from supervisor-mode, bit 10 from user-mode linear addresses. */
        MODE_BASED
    }

    /** Whether the processor keeps bits 8 and 9 (bit 6 of the EPT pointer). */
    public enum AccessedDirty {
        IGNORED,
        KEPT
    }

    public static final PagingFormat LEVEL4 = of(4, ExecuteControl.ONE_BIT, AccessedDirty.KEPT);
    public static final PagingFormat LEVEL5 = of(5, ExecuteControl.ONE_BIT, AccessedDirty.KEPT);

    private ExtendedPaging() {}

    /**
     * The format of some depth.
     *
     * @param depth 4 (guest-physical addresses of 48 bits) or 5 (57 bits)
     * @throws IllegalArgumentException when there is no such depth
     */
    public static PagingFormat of(int depth, ExecuteControl control, AccessedDirty accessedDirty) {
        if (depth != 4 && depth != 5) {
            throw new IllegalArgumentException("extended page tables have 4 or 5 levels, not " + depth);
        }
        List<PagingLevel> levels = new ArrayList<>();
        for (int level = depth; level >= 1; level--) {
            int shift = PAGE_SHIFT + INDEX_BITS * (level - 1);
            levels.add(new PagingLevel(shift, INDEX_BITS, rules(level, shift, control, accessedDirty)));
        }
        return new PagingFormat(
                "EPT " + depth + "-level",
                Long.BYTES,
                Long.SIZE,
                PAGE_SHIFT + INDEX_BITS * depth,
                CanonicalForm.ZEROS,
                0,
                ADDRESS,
                levels);
    }

    /**
     * The tree that an EPT pointer names.
     *
     * @param eptPointer the VMCS field: bits 5 to 3 are the depth less one, bit 6 enables accessed and dirty bits
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when the depth is not 4 or 5
     */
    public static AddressSpace.Tree tree(long eptPointer, ExecuteControl control) {
        int depth = (int) (eptPointer >>> 3 & 7) + 1;
        if (depth != 4 && depth != 5) {
            throw new MemflowException(
                    ErrorOrigin.MMU,
                    ErrorKind.INVALID_ARGUMENT,
                    "EPT pointer 0x%x says that its tables have %d levels, but there are 4 or 5; check that it was read from the right VMCS."
                            .formatted(eptPointer, depth));
        }
        AccessedDirty accessedDirty = (eptPointer >>> 6 & 1) != 0 ? AccessedDirty.KEPT : AccessedDirty.IGNORED;
        return new AddressSpace.Tree(of(depth, control, accessedDirty), eptPointer);
    }

    private static List<EntryRule> rules(int level, int shift, ExecuteControl control, AccessedDirty accessedDirty) {
        List<EntryRule> rules = new ArrayList<>();
        for (Presence presence : presences(control)) {
            if (level > 1) {
                rules.add(EntryRule.table(
                        presence.mask | NOT_IN_TABLES,
                        presence.value,
                        AddressField.inPlace(ADDRESS),
                        flags(control, accessedDirty, false)));
            }
            if (level <= 3) {
                addPages(rules, presence, level, shift, flags(control, accessedDirty, true));
            }
            rules.add(EntryRule.reserved(presence.mask, presence.value));
        }
        rules.add(EntryRule.reserved(READ | WRITE, WRITE));
        return rules;
    }

    private static void addPages(
            List<EntryRule> rules, Presence presence, int level, int shift, List<EntryFlag> flags) {
        List<AddressField> frame = List.of(AddressField.inPlace(ADDRESS & -(1L << shift)));
        long reserved = (1L << shift) - (1L << PAGE_SHIFT);
        long large = level > 1 ? LARGE : 0;
        long mask = presence.mask | large | reserved;
        long value = presence.value | large;
        // Write-back memory first: nearly every page is.
        rules.add(EntryRule.page(mask | MEMORY_TYPE, value | WRITE_BACK, shift, frame, flags));
        rules.add(EntryRule.reserved(mask | TYPE_2_OR_3_MASK, value | TYPE_2_OR_3));
        rules.add(EntryRule.reserved(mask | MEMORY_TYPE, value | TYPE_7));
        rules.add(EntryRule.page(mask, value, shift, frame, flags));
    }

    /** The forms in which an entry allows something legal; they exclude each other. */
    private static List<Presence> presences(ExecuteControl control) {
        List<Presence> presences = new ArrayList<>();
        presences.add(new Presence(READ, READ));
        presences.add(new Presence(READ | WRITE | EXECUTE, EXECUTE));
        if (control == ExecuteControl.MODE_BASED) {
            presences.add(new Presence(READ | WRITE | EXECUTE | USER_EXECUTE, USER_EXECUTE));
        }
        return presences;
    }

    private record Presence(long mask, long value) {}

    private static List<EntryFlag> flags(ExecuteControl control, AccessedDirty accessedDirty, boolean page) {
        List<EntryFlag> flags = new ArrayList<>();
        flags.add(EntryFlag.clear(READ, PageType.NO_READ));
        flags.add(EntryFlag.clear(WRITE, PageType.READ_ONLY));
        if (control == ExecuteControl.ONE_BIT) {
            flags.add(EntryFlag.clear(EXECUTE, PageType.NO_EXECUTE_AT_ALL));
        } else {
            flags.add(EntryFlag.clear(EXECUTE, PageType.PRIVILEGED_NO_EXECUTE));
            flags.add(EntryFlag.clear(USER_EXECUTE, PageType.USER_NO_EXECUTE));
        }
        if (page) {
            flags.add(EntryFlag.set(WRITE, PageType.WRITABLE));
        }
        if (page && accessedDirty == AccessedDirty.KEPT) {
            flags.add(EntryFlag.set(ACCESSED, PageType.ACCESSED));
            flags.add(EntryFlag.set(DIRTY, PageType.DIRTY));
        }
        return flags;
    }
}
