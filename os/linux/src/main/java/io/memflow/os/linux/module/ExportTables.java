package io.memflow.os.linux.module;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModulePart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SymbolBinding;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel and its modules export ({@code struct kernel_symbol}, include/linux/export-internal.h and
 * kernel/module/internal.h): tables of pointers, or of distances from where they stand
 * (CONFIG_HAVE_ARCH_PREL32_RELOCATIONS). Who may use a symbol is told by the table it is in, since 7.0 by a byte of flags.
 * Thread-safe.
 */
final class ExportTables {
    /** Kernels export some twenty thousand symbols. */
    private static final long MOST_SYMBOLS = 1 << 18;
    /** {@code KSYM_NAME_LEN} since 6.1. */
    private static final int LONGEST_NAME = 512;

    private static final String GPL = "GPL";
    /** {@code KSYM_FLAG_GPL_ONLY}, include/linux/module_symbol.h. */
    private static final int FLAG_GPL = 1;

    private final Kernel kernel;
    private final MemoryView memory;
    private final long stride;
    private final boolean isRelative;
    private final long value;
    private final long name;

    ExportTables(Kernel kernel) {
        this.kernel = kernel;
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        stride = layout.size("kernel_symbol");
        isRelative = layout.has("kernel_symbol", "name_offset");
        value = layout.offset("kernel_symbol", isRelative ? "value_offset" : "value");
        name = layout.offset("kernel_symbol", isRelative ? "name_offset" : "name");
    }

    /** Exports of a module, those that all may use first. */
    Listing<ExportInfo> ofModule(long module, List<ModulePart> parts) {
        Listing<ExportInfo> all = new Listing<>(List.of(), List.of());
        Optional<KernelField> flags = kernel.optionalField("module", "flagstab");
        try {
            all = read(table("syms", null, module, flags), "syms", parts);
            if (kernel.layout().has("module", "gpl_syms")) {
                all = joined(all, read(table("gpl_syms", GPL, module, Optional.empty()), "gpl_syms", parts));
            }
        } catch (MemflowException unreadable) {
            return joined(all, Listing.absent("exports", String.valueOf(unreadable.getMessage())));
        }
        return all;
    }

    private Table table(String member, @Nullable String restriction, long module, Optional<KernelField> flags) {
        return new Table(
                kernel.field("module", member).pointer(module),
                kernel.field("module", "num_" + member).unsigned(module),
                restriction,
                flags.isPresent() ? flags.get().pointer(module) : 0);
    }

    /**
     * Exports of the kernel itself.
     *
     * @throws MemflowException of kind NOT_FOUND when its symbols do not name the tables
     */
    Listing<ExportInfo> ofKernel(List<ModulePart> parts) {
        long flags = kernel.addressOrZero("__start___kflagstab");
        Listing<ExportInfo> all = read(table("", null, flags), "ksymtab", parts);
        return kernel.find("__start___ksymtab_gpl").isPresent()
                ? joined(all, read(table("_gpl", GPL, 0), "ksymtab_gpl", parts))
                : all;
    }

    private Table table(String suffix, @Nullable String restriction, long flags) {
        long first = kernel.address("__start___ksymtab" + suffix);
        long bytes = kernel.address("__stop___ksymtab" + suffix) - first;
        return new Table(first, Long.divideUnsigned(bytes, stride), restriction, flags);
    }

    /**
     * One table.
     *
     * @param first virtual address of its first entry
     * @param restriction who may use all of it
     * @param flags virtual address of a byte for each, 0 without them
     */
    private record Table(long first, long count, @Nullable String restriction, long flags) {}

    private Listing<ExportInfo> read(Table table, String source, List<ModulePart> parts) {
        List<ExportInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        Provenance provenance = new Provenance(List.of(source), List.of());
        if (Long.compareUnsigned(table.count, MOST_SYMBOLS) > 0) {
            return Listing.absent(source, "a table of " + Long.toUnsignedString(table.count) + " symbols is damaged");
        }
        int unreadable = 0;
        String why = "";
        for (long i = 0; i < table.count; i++) {
            try {
                rows.add(row(table, i, parts, provenance));
            } catch (MemoryAccessException absent) {
                why = String.valueOf(absent.getMessage());
                unreadable++;
            }
        }
        if (unreadable > 0) {
            missing.add(new MissingPart(source + " (" + unreadable + " symbols)", why));
        }
        return new Listing<>(rows, missing);
    }

    private ExportInfo row(Table table, long index, List<ModulePart> parts, Provenance provenance) {
        long entry = table.first + index * stride;
        long address = target(entry + value);
        boolean flagged = table.flags != 0 && (memory.readByte(table.flags + index) & FLAG_GPL) != 0;
        return new ExportInfo(
                memory.readUtf8Lossy(target(entry + name), LONGEST_NAME),
                null,
                address,
                null,
                kind(address, parts),
                SymbolBinding.GLOBAL,
                null,
                null,
                flagged ? GPL : table.restriction,
                provenance);
    }

    private long target(long field) {
        return isRelative ? field + memory.readInt(field) : memory.readPointer(field);
    }

    /** What lies in code is a function. */
    private static ExportInfo.Kind kind(long address, List<ModulePart> parts) {
        for (ModulePart part : parts) {
            if (Long.compareUnsigned(address - part.base(), part.size()) < 0) {
                return part.purpose().endsWith("text") ? ExportInfo.Kind.FUNCTION : ExportInfo.Kind.DATA;
            }
        }
        return ExportInfo.Kind.UNKNOWN;
    }

    private static Listing<ExportInfo> joined(Listing<ExportInfo> one, Listing<ExportInfo> other) {
        List<ExportInfo> rows = new ArrayList<>(one.rows());
        rows.addAll(other.rows());
        List<MissingPart> missing = new ArrayList<>(one.missing());
        missing.addAll(other.missing());
        return new Listing<>(rows, missing);
    }
}
