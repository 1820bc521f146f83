package io.memflow.formats.elf.image;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SymbolBinding;
import io.memflow.core.os.SymbolVersion;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The dynamic symbols of one image, read once for one list. Confined. */
final class DynamicSymbols {
    private static final int LOCAL = 0;
    private static final int WEAK = 2;
    /** {@code STB_GNU_UNIQUE}. */
    private static final int UNIQUE = 10;

    private static final int TYPE_DATA = 1;
    private static final int TYPE_FUNCTION = 2;
    private static final int TYPE_COMMON = 5;
    private static final int TYPE_THREAD_LOCAL = 6;
    /** {@code STT_GNU_IFUNC}. */
    private static final int TYPE_RESOLVER = 10;

    private static final int UNDEFINED = 0;
    private static final int ABSOLUTE = 0xFFF1;
    private static final int VISIBILITY_MASK = 3;
    private static final int INTERNAL = 1;
    private static final int HIDDEN = 2;
    private static final String WHAT = "dynamic symbols";

    private final ImagePages pages;
    private final ImageExtent extent;
    private final int machine;
    private final Notes notes = new Notes();
    private final DynamicTable dynamic;
    private final StringTable strings;
    private final long table;
    private final int count;
    private final String source;
    private final SymbolVersions versions;
    private @Nullable Relocations relocations;

    DynamicSymbols(ImagePages pages, ImageExtent extent, DynamicTable dynamic, StringTable strings, int machine) {
        this.pages = pages;
        this.extent = extent;
        this.machine = machine;
        this.dynamic = dynamic;
        this.strings = strings;
        table = dynamic.address(DynamicTable.SYMBOLS).orElse(0);
        if (!dynamic.isWhole()) {
            notes.add("dynamic section", "its end is not in memory, so tables that it names there are not known");
        }
        versions = new SymbolVersions(pages, dynamic, strings, notes);
        OptionalInt hash = SymbolCount.ofHash(pages, dynamic, notes);
        OptionalInt gnuHash = hash.isPresent() ? hash : SymbolCount.ofGnuHash(pages, dynamic, extent.width(), notes);
        int known = gnuHash.orElse(0);
        source = hash.isPresent() ? "sysv-hash" : gnuHash.isPresent() ? "gnu-hash" : "relocations";
        count = cut(Math.max(known, gnuHash.isPresent() ? 0 : relocations().symbols()));
    }

    /** The image's end bounds the table as well. */
    private int cut(int claimed) {
        int fits = (int) Math.min(extent.rest(table) / extent.width().symbolBytes(), ElfLimits.MOST_SYMBOLS);
        if (claimed > fits) {
            notes.add(WHAT, "%d of them do not fit into the image, %d do".formatted(claimed, fits));
        }
        return table == 0 ? 0 : Math.min(claimed, fits);
    }

    private Relocations relocations() {
        Relocations known = relocations;
        if (known == null) {
            known = Relocations.read(pages, dynamic, extent, machine, notes);
            relocations = known;
        }
        return known;
    }

    Listing<ImportInfo> imports() {
        List<ImportInfo> rows = new ArrayList<>();
        each(symbol -> {
            if (symbol > 0 && section(symbol) == UNDEFINED && nameOffset(symbol) != 0) {
                rows.add(imported(symbol));
            }
        });
        return new Listing<>(rows, notes.parts());
    }

    Listing<ExportInfo> exports() {
        List<ExportInfo> rows = new ArrayList<>();
        each(symbol -> {
            int visibility = other(symbol) & VISIBILITY_MASK;
            boolean seen = visibility != INTERNAL && visibility != HIDDEN && binding(symbol) != LOCAL;
            if (symbol > 0 && seen && section(symbol) != UNDEFINED && nameOffset(symbol) != 0) {
                String name = strings.nameOrNote(nameOffset(symbol), "names of symbols", notes);
                if (name != null) {
                    rows.add(exported(symbol, name));
                }
            }
        });
        return new Listing<>(rows, notes.parts());
    }

    /** Gives every symbol that is in memory. */
    private void each(IntConsumer consumer) {
        int bytes = extent.width().symbolBytes();
        for (int symbol = 0; symbol < count; symbol++) {
            Fault fault = pages.fault(at(symbol), bytes);
            if (fault == Fault.NONE) {
                consumer.accept(symbol);
            } else {
                int next = (int) Math.min(count, pages.behindGap(table, symbol, bytes));
                notes.add(WHAT, fault, next - symbol);
                symbol = next - 1;
            }
        }
    }

    private ImportInfo imported(int symbol) {
        List<MissingPart> missing = new ArrayList<>();
        String name = null;
        try {
            name = strings.name(nameOffset(symbol));
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart("name", unreadable.getMessage()));
        }
        SymbolVersions.Version version = version(symbol, missing);
        return new ImportInfo(
                name,
                null,
                version == null ? null : version.library(),
                version == null ? null : new SymbolVersion(version.name(), SymbolVersion.Rank.NAMED),
                bindingOf(symbol),
                relocations().slots().get(symbol),
                new Provenance(List.of(source), missing));
    }

    private ExportInfo exported(int symbol, String name) {
        List<MissingPart> missing = new ArrayList<>();
        SymbolVersions.Version version = version(symbol, missing);
        ExportInfo.Kind kind = kind(symbol);
        long value = value(symbol);
        Long address = switch (kind) {
            case THREAD_LOCAL -> null;
            case ABSOLUTE -> value;
            default -> extent.moved(value);
        };
        return new ExportInfo(
                name,
                null,
                address,
                size(symbol),
                kind,
                bindingOf(symbol),
                version == null ? null : new SymbolVersion(version.name(), versions.rank(symbol, version)),
                null,
                null,
                new Provenance(List.of(source), missing));
    }

    private SymbolVersions.@Nullable Version version(int symbol, List<MissingPart> missing) {
        try {
            return versions.version(symbol);
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart("version", unreadable.getMessage()));
            return null;
        }
    }

    private ExportInfo.Kind kind(int symbol) {
        if (section(symbol) == ABSOLUTE) {
            return ExportInfo.Kind.ABSOLUTE;
        }
        return switch (info(symbol) & 0xF) {
            case TYPE_DATA, TYPE_COMMON -> ExportInfo.Kind.DATA;
            case TYPE_FUNCTION -> ExportInfo.Kind.FUNCTION;
            case TYPE_THREAD_LOCAL -> ExportInfo.Kind.THREAD_LOCAL;
            case TYPE_RESOLVER -> ExportInfo.Kind.RESOLVER;
            default -> ExportInfo.Kind.UNKNOWN;
        };
    }

    private SymbolBinding bindingOf(int symbol) {
        return switch (binding(symbol)) {
            case WEAK -> SymbolBinding.WEAK;
            case UNIQUE -> SymbolBinding.UNIQUE;
            default -> SymbolBinding.GLOBAL;
        };
    }

    private long at(int symbol) {
        return table + (long) symbol * extent.width().symbolBytes();
    }

    private boolean wide() {
        return extent.width() == ElfWidth.BITS_64;
    }

    private long nameOffset(int symbol) {
        return pages.unsigned(at(symbol), Integer.BYTES);
    }

    /** {@code st_info}: behind the name in 64 bits, behind value and size in 32. */
    private int info(int symbol) {
        return (int) pages.unsigned(at(symbol) + (wide() ? 4 : 12), Byte.BYTES);
    }

    private int binding(int symbol) {
        return info(symbol) >>> 4;
    }

    private int other(int symbol) {
        return (int) pages.unsigned(at(symbol) + (wide() ? 5 : 13), Byte.BYTES);
    }

    private int section(int symbol) {
        return (int) pages.unsigned(at(symbol) + (wide() ? 6 : 14), Short.BYTES);
    }

    private long value(int symbol) {
        return pages.unsigned(at(symbol) + (wide() ? 8 : 4), extent.width().wordBytes());
    }

    private long size(int symbol) {
        return pages.unsigned(at(symbol) + (wide() ? 16 : 8), extent.width().wordBytes());
    }
}
