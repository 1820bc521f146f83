package io.memflow.formats.pe;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SymbolBinding;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The export directory of an image ({@code IMAGE_EXPORT_DIRECTORY}). Confined. */
final class ExportTable {
    private static final int NONE = -1;
    private static final Provenance SOURCE = new Provenance(List.of("export-directory"), List.of());

    private final ImagePages pages;
    private final long base;
    private final DataDirectory directory;
    private final long nameOfImage;
    private final long firstOrdinal;
    private final int functionCount;
    private final int nameCount;
    private final long functions;
    private final long names;
    private final long ordinals;

    private ExportTable(ImagePages pages, long base, long imageBytes, DataDirectory directory) {
        this.pages = pages;
        this.base = base;
        this.directory = directory;
        long at = base + directory.address();
        nameOfImage = word(at + 12);
        firstOrdinal = word(at + 16);
        functionCount = count(at + 20, imageBytes);
        nameCount = count(at + 24, imageBytes);
        functions = base + word(at + 28);
        names = base + word(at + 32);
        ordinals = base + word(at + 36);
    }

    /**
     * Reads the directory itself.
     *
     * @throws MemflowException when it is not there, or claims more than an image can have
     */
    static ExportTable read(ImagePages pages, long base, long imageBytes, DataDirectory directory) {
        if (directory.address() >= imageBytes) {
            throw PeLimits.malformed(base, "the export directory is beyond the image");
        }
        return new ExportTable(pages, base, imageBytes, directory);
    }

    private int count(long at, long imageBytes) {
        long count = word(at);
        if (count > PeLimits.MOST_EXPORTS || count * Short.BYTES > imageBytes) {
            throw PeLimits.malformed(at, "%d exports in an image of 0x%x bytes".formatted(count, imageBytes));
        }
        return (int) count;
    }

    private long word(long address) {
        return pages.unsigned(address, Integer.BYTES);
    }

    Optional<String> ownName() {
        return nameOfImage == 0
                ? Optional.empty()
                : Optional.of(pages.text(base + nameOfImage, base + nameOfImage + PeLimits.LONGEST_NAME));
    }

    /** The address of a name. Names ascend by their bytes, so that a loader can halve its way to one. */
    OptionalLong address(String name) {
        int low = 0;
        int high = nameCount - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = nameAt(middle).compareTo(name);
            if (order == 0) {
                return addressOfName(middle);
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return OptionalLong.empty();
    }

    private OptionalLong addressOfName(int index) {
        long function = pages.unsigned(ordinals + (long) index * Short.BYTES, Short.BYTES);
        if (function >= functionCount) {
            throw PeLimits.malformed(
                    ordinals, "a name is of function %d, but there are only %d".formatted(function, functionCount));
        }
        long relative = word(functions + function * Integer.BYTES);
        return relative == 0 || directory.contains(relative) ? OptionalLong.empty() : OptionalLong.of(base + relative);
    }

    private String nameAt(int index) {
        return text(word(names + (long) index * Integer.BYTES));
    }

    private String text(long relative) {
        return pages.text(base + relative, base + relative + PeLimits.LONGEST_NAME);
    }

    /** All rows. */
    Listing<ExportInfo> rows(LongFunction<@Nullable PeSection> sections) {
        return new Rows(sections).all();
    }

    /** Puts functions and names together. Confined. */
    private final class Rows {
        private final LongFunction<@Nullable PeSection> sections;
        private final Notes notes = new Notes();
        private final List<ExportInfo> rows = new ArrayList<>();
        /** The first name of each function, and the next one of the same function. */
        private final int[] first = new int[functionCount];

        private final int[] next = new int[nameCount];
        private int failures;
        private long budget = PeLimits.MOST_NAME_BYTES;

        Rows(LongFunction<@Nullable PeSection> sections) {
            this.sections = sections;
        }

        Listing<ExportInfo> all() {
            Arrays.fill(first, NONE);
            for (int name = nameCount - 1; name >= 0; name--) {
                link(name);
            }
            for (int function = 0; function < functionCount; function++) {
                long at = functions + (long) function * Integer.BYTES;
                Fault fault = pages.fault(at, Integer.BYTES);
                if (fault != Fault.NONE) {
                    notes.add("exported addresses", fault);
                } else {
                    addFunction(function, word(at));
                }
            }
            return new Listing<>(rows, notes.parts());
        }

        private void link(int name) {
            long at = ordinals + (long) name * Short.BYTES;
            Fault fault = pages.fault(at, Short.BYTES);
            if (fault != Fault.NONE) {
                notes.add("ordinals of exported names", fault);
                return;
            }
            int function = (int) pages.unsigned(at, Short.BYTES);
            if (function >= functionCount) {
                notes.add("exported names", "their ordinals are beyond the table of functions");
                return;
            }
            next[name] = first[function];
            first[function] = name;
        }

        private void addFunction(int function, long relative) {
            if (relative == 0 && first[function] == NONE) {
                return;
            }
            if (first[function] == NONE) {
                add("", function, relative);
            }
            for (int name = first[function]; name != NONE; name = next[name]) {
                String text = name(name);
                add(text == null ? "" : text, function, relative);
            }
        }

        private void add(String name, int function, long relative) {
            String forwarder = directory.contains(relative) ? noted(relative, "forwarders") : null;
            boolean isHere = !directory.contains(relative);
            PeSection section = isHere ? sections.apply(relative) : null;
            ExportInfo.Kind kind = section == null
                    ? ExportInfo.Kind.UNKNOWN
                    : section.isExecutable() ? ExportInfo.Kind.FUNCTION : ExportInfo.Kind.DATA;
            rows.add(new ExportInfo(
                    name,
                    firstOrdinal + function,
                    isHere ? base + relative : null,
                    null,
                    kind,
                    SymbolBinding.GLOBAL,
                    null,
                    forwarder,
                    null,
                    SOURCE));
        }

        private @Nullable String name(int index) {
            long at = names + (long) index * Integer.BYTES;
            Fault fault = pages.fault(at, Integer.BYTES);
            if (fault != Fault.NONE) {
                notes.add("exported names", fault);
                return null;
            }
            return noted(word(at), "exported names");
        }

        /** Text, or null with the reason noted. */
        private @Nullable String noted(long relative, String what) {
            if (failures >= PeLimits.MOST_FAILURES || budget <= 0) {
                notes.add(what, "too many before them could not be read");
                return null;
            }
            Fault fault = pages.fault(base + relative, 1);
            if (fault != Fault.NONE) {
                notes.add(what, fault);
                return null;
            }
            try {
                String text = text(relative);
                budget -= text.length() + 1;
                return text;
            } catch (MemflowException unreadable) {
                failures++;
                notes.add(what, unreadable);
                return null;
            }
        }
    }
}
