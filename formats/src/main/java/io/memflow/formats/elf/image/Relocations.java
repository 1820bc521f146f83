package io.memflow.formats.elf.image;

import io.memflow.core.memory.Fault;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which dynamic symbols an image's relocations name, and where the loader puts their addresses (System V gABI,
 * "Relocation"). Immutable.
 *
 * @param slots virtual address of the pointer of each symbol, by the symbol's index; the first where there are several
 * @param symbols one more than the largest index that is named, 0 when none is
 */
record Relocations(Map<Integer, Long> slots, int symbols) {
    /** {@code DT_PLTREL} of tables with addends. */
    private static final int WITH_ADDEND = DynamicTable.RELA;

    Relocations {
        slots = Map.copyOf(slots);
    }

    /**
     * Relocation types that put a symbol's whole address into a pointer: of calls, of data, and of a pointer in data
     * (include/elf/x86-64.h, i386.h, aarch64.h, arm.h, riscv.h of binutils). Of other machines each type counts.
     */
    private static Set<Integer> pointerTypes(int machine) {
        return switch (machine) {
            case 62 -> Set.of(7, 6, 1);
            case 3 -> Set.of(7, 6, 1);
            case 183 -> Set.of(1026, 1025, 257);
            case 40 -> Set.of(22, 21, 2);
            case 243 -> Set.of(5, 2, 1);
            default -> Set.of();
        };
    }

    static Relocations read(ImagePages pages, DynamicTable dynamic, ImageExtent extent, int machine, Notes notes) {
        Reader reader = new Reader(pages, extent, pointerTypes(machine), notes);
        reader.table(dynamic, DynamicTable.RELA, DynamicTable.RELA_BYTES, DynamicTable.RELATIVE_RELA_COUNT, 3);
        reader.table(dynamic, DynamicTable.REL, DynamicTable.REL_BYTES, DynamicTable.RELATIVE_REL_COUNT, 2);
        boolean addends = dynamic.number(DynamicTable.PLT_RELOCATION_KIND).orElse(0) == WITH_ADDEND;
        reader.table(dynamic, DynamicTable.PLT_RELOCATIONS, DynamicTable.PLT_RELOCATION_BYTES, 0, addends ? 3 : 2);
        return new Relocations(reader.slots, reader.symbols);
    }

    /** Goes through the tables. Confined. */
    private static final class Reader {
        private final ImagePages pages;
        private final ImageExtent extent;
        private final Set<Integer> pointers;
        private final Notes notes;
        private final Map<Integer, Long> slots = new HashMap<>();
        private int symbols;

        Reader(ImagePages pages, ImageExtent extent, Set<Integer> pointers, Notes notes) {
            this.pages = pages;
            this.extent = extent;
            this.pointers = pointers;
            this.notes = notes;
        }

        /** Relative ones come first where their number is given, and name no symbol. */
        void table(DynamicTable dynamic, int tag, int bytesTag, int relativeTag, int words) {
            long address = dynamic.address(tag).orElse(0);
            long entryBytes = (long) words * extent.width().wordBytes();
            long bytes = Math.min(dynamic.number(bytesTag).orElse(0), extent.rest(address));
            if (address == 0 || bytes < entryBytes) {
                return;
            }
            long count = bytes / entryBytes;
            long relative = relativeTag == 0 ? 0 : dynamic.number(relativeTag).orElse(0);
            long first = relative < 0 || relative > count ? 0 : relative;
            long last = Math.min(count, first + ElfLimits.MOST_RELOCATIONS);
            for (long i = first; i < last; i++) {
                Fault fault = pages.fault(address + i * entryBytes, entryBytes);
                if (fault == Fault.NONE) {
                    entry(address + i * entryBytes);
                } else {
                    long next = Math.min(last, pages.behindGap(address, i, entryBytes));
                    notes.add("relocations", fault, (int) (next - i));
                    i = next - 1;
                }
            }
        }

        private void entry(long at) {
            ElfWidth width = extent.width();
            long info = pages.unsigned(at + width.wordBytes(), width.wordBytes());
            int symbol = (int) width.relocatedSymbol(info);
            if (symbol <= 0 || symbol >= ElfLimits.MOST_SYMBOLS) {
                return;
            }
            symbols = Math.max(symbols, symbol + 1);
            if (pointers.isEmpty() || pointers.contains(width.relocationType(info))) {
                slots.putIfAbsent(symbol, extent.moved(pages.unsigned(at, width.wordBytes())));
            }
        }
    }
}
