package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.formats.kallsyms.PartialKallsyms;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The page tables by which an x86-64 kernel maps its own image: {@code level4_kernel_pgt}, {@code level3_kernel_pgt} and
 * {@code level2_kernel_pgt} (arch/x86/kernel/head_64.S). There is one of each, which all root tables lead to, so that
 * nothing maps the image when one is overwritten. What they held follows from where the image lies; what leads to them
 * tells the roots, whose other entries are whole. Confined to one call.
 */
final class ImageTables {
    private static final int PAGE_BYTES = 4096;
    private static final int LAST = NewTables.ENTRIES - 1;
    /** Indices of {@code __START_KERNEL_map} in its level-4 and level-3 table. */
    private static final int IMAGE_ENTRY = 510;

    private static final long PRESENT = 1;

    private final PhysicalMemory memory;
    private final KernelImage image;
    private final SymbolTable symbols;
    /** The page with the most entries in the kernel's half among those whose last entry leads to a table looked for. */
    private long root = -1;

    private int most;
    private int levels;

    private ImageTables(PhysicalMemory memory, KernelImage image, SymbolTable symbols) {
        this.memory = memory;
        this.image = image;
        this.symbols = symbols;
    }

    /**
     * Memory with new tables.
     *
     * @param memory the target's, with the tables behind it
     * @param finding what was found, a sentence fragment
     */
    record Made(PhysicalMemory memory, String finding) {}

    /**
     * Makes the tables anew.
     *
     * @return empty when no image, no symbols or no root was found, or the target's memory is not mapped into this process
     */
    static Optional<Made> make(PhysicalMemory memory) {
        Optional<DirectMap> direct = memory.capability(DirectMap.class);
        Optional<KernelImage> image = direct.isEmpty() ? Optional.empty() : UnmappedImage.find(memory);
        if (direct.isEmpty() || image.isEmpty()) {
            return Optional.empty();
        }
        return symbols(memory, image.get()).flatMap(symbols -> make(memory, direct.get(), image.get(), symbols));
    }

    /** As {@link #make(PhysicalMemory)}, where it is known where the image lies. */
    static Optional<Made> make(PhysicalMemory memory, DirectMap direct, KernelImage image, SymbolTable symbols) {
        return new ImageTables(memory, image, symbols).made(direct);
    }

    private static Optional<SymbolTable> symbols(PhysicalMemory memory, KernelImage image) {
        MemorySegment bytes = ImageBytes.of(memory, image).segment();
        try {
            return Optional.of(Kallsyms.find(bytes, image.virtualBase(), Long.BYTES));
        } catch (MemflowException damaged) {
            try {
                return Optional.of(PartialKallsyms.find(bytes, image.virtualBase(), Long.BYTES));
            } catch (MemflowException nothingLeft) {
                return Optional.empty();
            }
        }
    }

    private Optional<Made> made(DirectMap direct) {
        OptionalLong level3 = physical("level3_kernel_pgt");
        OptionalLong level4 = physical("level4_kernel_pgt");
        if (level3.isEmpty()) {
            return Optional.empty();
        }
        PhysicalScan.pages(memory, (physical, chunk) -> {
            for (long page = 0; page < chunk.byteSize(); page += PAGE_BYTES) {
                look(physical + page, chunk.asSlice(page, PAGE_BYTES), level3.getAsLong(), level4);
            }
        });
        if (root < 0) {
            return Optional.empty();
        }
        NewTables tables = new NewTables(memory);
        long table = tables.copy(root);
        for (int level = levels; level > 3; level--) {
            long below = tables.empty();
            tables.lead(table, LAST, below);
            table = below;
        }
        long large = tables.empty();
        tables.lead(table, IMAGE_ENTRY, large);
        fill(tables, table, large);
        return Optional.of(new Made(
                tables.joined(direct),
                "the kernel's page tables of its own image are damaged: made anew by where its lists say that they are,"
                        + " %s at physical %s, and joined to the root table at %s"
                                .formatted(
                                        Address.format(image.virtualBase()),
                                        Address.format(image.physicalBase()),
                                        Address.format(root))));
    }

    /** Large pages over the image; behind them, in the same table, the area of modules and fixed mappings as it was. */
    private void fill(NewTables tables, long level3, long large) {
        long start = symbols.address("_text").orElse(image.virtualBase()) & -(1L << NewTables.LARGE_SHIFT);
        long end = symbols.address("_end").orElse(image.virtualBase() + image.size());
        for (long virtual = start; virtual < end; virtual += 1L << NewTables.LARGE_SHIFT) {
            tables.map(
                    large,
                    NewTables.index(virtual, NewTables.LARGE_SHIFT),
                    virtual - image.virtualBase() + image.physicalBase());
        }
        physical("level2_fixmap_pgt").ifPresent(fixmap -> tables.lead(level3, LAST, fixmap));
    }

    private OptionalLong physical(String symbol) {
        OptionalLong address = symbols.address(symbol);
        return address.isEmpty()
                ? address
                : OptionalLong.of(address.getAsLong() - image.virtualBase() + image.physicalBase());
    }

    private void look(long physical, MemorySegment page, long level3, OptionalLong level4) {
        long last = page.get(ScalarLayout.LONG_LITTLE, LAST * (long) Long.BYTES);
        long table = last & X86Paging.ADDRESS;
        boolean leadsToFour = level4.isPresent() && table == level4.getAsLong();
        if ((last & PRESENT) == 0 || (table != level3 && !leadsToFour)) {
            return;
        }
        int entries = 0;
        for (int i = NewTables.ENTRIES / 2; i < NewTables.ENTRIES; i++) {
            entries += (int) (page.get(ScalarLayout.LONG_LITTLE, i * (long) Long.BYTES) & PRESENT);
        }
        if (entries > most) {
            most = entries;
            root = physical;
            levels = leadsToFour ? 5 : 4;
        }
    }
}
