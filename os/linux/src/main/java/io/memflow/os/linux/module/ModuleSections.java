package io.memflow.os.linux.module;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SectionInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the sections of a module are, as {@code /sys/module/NAME/sections} shows it ({@code module->sect_attrs},
 * kernel/module/sysfs.c): an array of its own form with a count, since 6.14 files of sysfs with the address in each. The
 * kernel keeps no sizes. Thread-safe.
 */
final class ModuleSections {
    private static final String SOURCE = "sect-attrs";
    /** Real modules have some fifty; those with a section for each function, a few thousand. */
    private static final long MOST_SECTIONS = 1 << 14;
    /** Section names are not limited, but each is a name of a file in sysfs: {@code NAME_MAX}. */
    private static final int LONGEST_NAME = 256;

    private final MemoryView memory;
    private final KernelField attributes;
    private final Entries entries;

    /** Where entries are and what is in them. */
    private interface Entries {
        /** Virtual addresses of the entries. */
        List<Long> find(long attributes);

        KernelField name();

        KernelField address();
    }

    ModuleSections(Kernel kernel) {
        memory = kernel.memory();
        attributes = kernel.field("module", "sect_attrs");
        entries = kernel.layout().has("module_sect_attrs", "nsections") ? new Counted(kernel) : new Listed(kernel);
    }

    /** All of them; of those that cannot be read the count and the cause of the first are named. */
    Listing<SectionInfo> sections(long module) {
        List<SectionInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        try {
            long first = attributes.pointer(module);
            readAll(first == 0 ? List.of() : entries.find(first), rows, missing);
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart("sect_attrs", unreadable.getMessage()));
        }
        return new Listing<>(rows, missing);
    }

    private void readAll(List<Long> found, List<SectionInfo> rows, List<MissingPart> missing) {
        int lost = 0;
        String why = null;
        for (long entry : found) {
            try {
                rows.add(row(entry));
            } catch (MemflowException unreadable) {
                lost++;
                why = why == null ? unreadable.getMessage() : why;
            }
        }
        if (why != null) {
            missing.add(new MissingPart("%d of %d sections".formatted(lost, found.size()), why));
        }
    }

    private SectionInfo row(long entry) {
        String name = memory.readUtf8Lossy(entries.name().pointer(entry), LONGEST_NAME);
        return new SectionInfo(
                name,
                SectionInfo.Kind.SECTION,
                entries.address().pointer(entry),
                null,
                null,
                new Provenance(List.of(SOURCE), List.of()));
    }

    /** {@code struct module_sect_attr attrs[nsections]}. */
    private static final class Counted implements Entries {
        private final KernelField count;
        private final long first;
        private final long stride;
        private final KernelField name;
        private final KernelField address;

        Counted(Kernel kernel) {
            StructureLayout layout = kernel.layout();
            count = kernel.field("module_sect_attrs", "nsections");
            first = layout.offset("module_sect_attrs", "attrs");
            stride = layout.size("module_sect_attr");
            name = kernel.field("module_sect_attr", "battr.attr.name");
            address = kernel.field("module_sect_attr", "address");
        }

        @Override
        public List<Long> find(long attributes) {
            List<Long> found = new ArrayList<>();
            long entries = Math.min(count.unsigned(attributes), MOST_SECTIONS);
            for (long i = 0; i < entries; i++) {
                found.add(attributes + first + i * stride);
            }
            return found;
        }

        @Override
        public KernelField name() {
            return name;
        }

        @Override
        public KernelField address() {
            return address;
        }
    }

    /** {@code grp.bin_attrs}, pointers up to a null one; the address of a section is what its file keeps for itself. */
    private static final class Listed implements Entries {
        private final MemoryView memory;
        private final KernelField list;
        private final KernelField name;
        private final KernelField address;

        Listed(Kernel kernel) {
            memory = kernel.memory();
            list = kernel.field("module_sect_attrs", "grp.bin_attrs", "grp.bin_attrs_new");
            name = kernel.field("bin_attribute", "attr.name");
            address = kernel.field("bin_attribute", "private");
        }

        @Override
        public List<Long> find(long attributes) {
            List<Long> found = new ArrayList<>();
            long next = list.pointer(attributes);
            long entry = memory.readPointer(next);
            while (entry != 0 && found.size() < MOST_SECTIONS) {
                found.add(entry);
                next += memory.properties().pointerBytes();
                entry = memory.readPointer(next);
            }
            return found;
        }

        @Override
        public KernelField name() {
            return name;
        }

        @Override
        public KernelField address() {
            return address;
        }
    }

    /** The first address of a section; empty when the module has none of that name. */
    Optional<Long> address(long module, String section) {
        return sections(module).rows().stream()
                .filter(row -> row.name().equals(section))
                .map(SectionInfo::base)
                .findFirst();
    }
}
