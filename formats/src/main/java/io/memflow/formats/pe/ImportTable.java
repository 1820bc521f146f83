package io.memflow.formats.pe;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SymbolBinding;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The import and delay-import directories of an image. Confined. */
final class ImportTable {
    /** {@code IMAGE_IMPORT_DESCRIPTOR}. */
    private static final int DESCRIPTOR = 20;
    /** {@code IMAGE_DELAYLOAD_DESCRIPTOR}. */
    private static final int DELAY_DESCRIPTOR = 32;
    /** {@code RvaBased}: without it, the descriptor of an old compiler has virtual addresses. */
    private static final int RELATIVE = 1;
    /** {@code Hint} of {@code IMAGE_IMPORT_BY_NAME}, before the name. */
    private static final int HINT = 2;

    private static final Provenance SOURCE = new Provenance(List.of("import-directory"), List.of());
    private static final Provenance DELAY_SOURCE = new Provenance(List.of("delay-import-directory"), List.of());

    private static final String NAMES = "imported names";
    private static final String LIBRARIES = "imported libraries";

    private final ImagePages pages;
    private final long base;
    private final PeHeader header;
    private final Notes notes;
    private final List<ImportInfo> rows = new ArrayList<>();
    private int failures;
    private long budget = PeLimits.MOST_NAME_BYTES;

    /**
     * What one library's part of a table says.
     *
     * @param library relative address of its name
     * @param names relative address of what is imported; 0 where only the slots tell
     * @param slots relative address of the pointers that are filled in
     * @param isRelative whether names are told by relative addresses; old compilers wrote virtual ones into delayed imports
     */
    private record Descriptor(long library, long names, long slots, boolean isRelative, Provenance source) {}

    ImportTable(ImagePages pages, long base, PeHeader header, Notes notes) {
        this.pages = pages;
        this.base = base;
        this.header = header;
        this.notes = notes;
    }

    Listing<ImportInfo> all() {
        for (Descriptor descriptor : descriptors()) {
            addAll(descriptor);
        }
        return new Listing<>(rows, notes.parts());
    }

    List<String> libraries() {
        List<String> names = new ArrayList<>();
        for (Descriptor descriptor : descriptors()) {
            String name = text(descriptor.library, LIBRARIES);
            if (name != null && !names.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    private List<Descriptor> descriptors() {
        List<Descriptor> found = new ArrayList<>();
        DataDirectory direct = header.directory(DataDirectory.Kind.IMPORT);
        if (direct.isPresent()) {
            collect(found, direct.address(), DESCRIPTOR, this::descriptor);
        }
        DataDirectory delayed = header.directory(DataDirectory.Kind.DELAY_IMPORT);
        if (delayed.isPresent()) {
            collect(found, delayed.address(), DELAY_DESCRIPTOR, this::delayDescriptor);
        }
        return found;
    }

    private interface Reader {
        Descriptor read(long at);
    }

    private void collect(List<Descriptor> found, long relative, int bytes, Reader reader) {
        for (int i = 0; i < PeLimits.MOST_LIBRARIES; i++) {
            long at = base + relative + (long) i * bytes;
            Fault fault = pages.fault(at, bytes);
            if (fault != Fault.NONE) {
                notes.add(LIBRARIES, fault);
                return;
            }
            Descriptor descriptor = reader.read(at);
            // Loaders end at either; what follows the last descriptor need not be zero.
            if (descriptor.library == 0 || descriptor.slots == 0) {
                return;
            }
            found.add(descriptor);
        }
        notes.add(LIBRARIES, "the table has no end");
    }

    private Descriptor descriptor(long at) {
        return new Descriptor(word(at + 12), word(at), word(at + 16), true, SOURCE);
    }

    private Descriptor delayDescriptor(long at) {
        boolean isRelative = (word(at) & RELATIVE) != 0;
        return new Descriptor(
                relative(word(at + 4), isRelative),
                relative(word(at + 16), isRelative),
                relative(word(at + 12), isRelative),
                isRelative,
                DELAY_SOURCE);
    }

    /** As linked and as relocated alike, a virtual address is the base and a distance from it. */
    private long relative(long value, boolean isRelative) {
        long distance = value - (base & 0xFFFF_FFFFL);
        return !isRelative && distance >= 0 && distance < header.mappedBytes() ? distance : value;
    }

    private long word(long address) {
        return pages.unsigned(address, Integer.BYTES);
    }

    private void addAll(Descriptor descriptor) {
        String library = text(descriptor.library, LIBRARIES);
        int bytes = header.width().bytes();
        long table = descriptor.names == 0 ? descriptor.slots : descriptor.names;
        for (int i = 0; ; i++) {
            long at = base + table + (long) i * bytes;
            Fault fault = pages.fault(at, bytes);
            if (fault != Fault.NONE) {
                notes.add("imports of a library", fault);
                return;
            }
            long value = pages.unsigned(at, bytes);
            if (value == 0) {
                return;
            }
            if (rows.size() >= PeLimits.MOST_IMPORTS) {
                notes.add("imports of a library", "the image imports more than any image does");
                return;
            }
            add(descriptor, library, value, base + descriptor.slots + (long) i * bytes);
        }
    }

    private void add(Descriptor descriptor, @Nullable String library, long value, long slot) {
        long flag = 1L << (header.width().bytes() * Byte.SIZE - 1);
        String name = null;
        Long ordinal = null;
        // Slots of a loaded image hold addresses, which tell neither name nor number.
        boolean isBound = descriptor.names == 0 && Long.compareUnsigned(value, header.mappedBytes()) >= 0;
        if ((value & flag) != 0 && (value & ~flag) >>> Short.SIZE == 0) {
            ordinal = value & 0xFFFF;
        } else if (isBound) {
            notes.add(NAMES, "the image keeps only the slots, which the loader has filled");
        } else {
            name = text(relative(value, descriptor.isRelative) + HINT, NAMES);
        }
        rows.add(new ImportInfo(name, ordinal, library, null, SymbolBinding.GLOBAL, slot, descriptor.source));
    }

    /** Text, or null with the reason noted. */
    private @Nullable String text(long relative, String what) {
        if (failures >= PeLimits.MOST_FAILURES || budget <= 0) {
            notes.add(what, "too many before them could not be read");
            return null;
        }
        if (Long.compareUnsigned(relative, header.mappedBytes()) >= 0) {
            notes.add(what, "they are claimed to lie beyond the image");
            return null;
        }
        Fault fault = pages.fault(base + relative, 1);
        if (fault != Fault.NONE) {
            notes.add(what, fault);
            return null;
        }
        try {
            String text = pages.text(base + relative, base + header.mappedBytes());
            budget -= text.length() + 1;
            return text;
        } catch (MemflowException unreadable) {
            failures++;
            notes.add(what, unreadable);
            return null;
        }
    }
}
