package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;

/** Tells swapped pages that the kernel has not written since all of them was zero: since 6.12. Thread-safe. */
sealed interface ZeroPages {
    /** Whether a page of a swap area is noted as zeros. */
    boolean isZero(long info, long offset);

    static ZeroPages of(Kernel kernel, SwapCache cache) {
        if (kernel.layout().has("swap_info_struct", "zeromap")) {
            return new Bitmap(kernel.memory(), kernel.field("swap_info_struct", "zeromap"));
        }
        return cache instanceof SwapTables tables && kernel.facts().pointerBytes() == Long.BYTES
                ? new InTable(tables)
                : new None();
    }

    /** Kernels that write all pages. */
    record None() implements ZeroPages {
        @Override
        public boolean isZero(long info, long offset) {
            return false;
        }
    }

    /** A bit for each page: {@code zeromap}, include/linux/swap.h. */
    record Bitmap(MemoryView memory, KernelField map) implements ZeroPages {
        @Override
        public boolean isZero(long info, long offset) {
            long bits = map.pointer(info);
            return bits != 0 && (memory.readByte(bits + (offset >>> 3)) & 1 << (offset & 7)) != 0;
        }
    }

    /** Since 7.1 the lowest of five flags in the word of a page that is in use: {@code SWP_TB_ZERO_FLAG}, mm/swap_table.h. */
    record InTable(SwapTables tables) implements ZeroPages {
        private static final long ZERO = 1L << (Long.SIZE - 5);
        /** Words that are a folio's frame or the shadow of what was there; others have no flags. */
        private static final long KINDS = 3;

        @Override
        public boolean isZero(long info, long offset) {
            long word = tables.word(info, offset);
            return (word & KINDS) != 0 && (word & ZERO) != 0;
        }
    }
}
