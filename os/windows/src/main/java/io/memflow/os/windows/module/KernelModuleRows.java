package io.memflow.os.windows.module;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.formats.pe.PeImage;
import io.memflow.formats.pe.PeModules;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel's modules: the list it keeps itself ({@code PsLoadedModuleList}), each held against the image at its address;
 * when the list is damaged or was not found, the images in the kernel's memory as well. Offsets are looked up once; memory is
 * read at each call. Thread-safe.
 */
public final class KernelModuleRows {
    private static final String NAME = "PsLoadedModuleList";
    private static final int PAGE_BYTES = 4096;

    private final WindowsKernel kernel;
    private final MemoryView memory;
    private final PointerWidth width;
    private final KernelList lists;
    private final KernelField base;
    private final KernelField size;
    private final KernelField fullName;
    private final KernelField baseName;

    /**
     * @throws MemflowException of kind NOT_FOUND when the places of members without which there is no list are not known
     */
    public KernelModuleRows(WindowsKernel kernel) {
        this.kernel = kernel;
        memory = kernel.memory();
        width = PointerWidth.of(memory.properties());
        lists = new KernelList(memory);
        // KLDR_DATA_TABLE_ENTRY, of which public symbols do not tell, has these where user mode's has them.
        base = kernel.field("_LDR_DATA_TABLE_ENTRY", "DllBase");
        size = kernel.field("_LDR_DATA_TABLE_ENTRY", "SizeOfImage");
        fullName = kernel.field("_LDR_DATA_TABLE_ENTRY", "FullDllName");
        baseName = kernel.field("_LDR_DATA_TABLE_ENTRY", "BaseDllName");
    }

    /** All modules, in the order they were loaded; those that are on no list come last. */
    public Listing<ModuleInfo> modules() {
        KernelList.Entries entries = entries();
        List<MissingPart> missing = new ArrayList<>(entries.missing());
        List<ModuleInfo> rows = new ArrayList<>();
        entries.addresses().forEach(entry -> rows.add(row(entry, missing)));
        if (!entries.missing().isEmpty()) {
            addUnlisted(rows, missing);
        }
        return new Listing<>(rows, missing);
    }

    /** What the images of the modules say of themselves. */
    public Listing<ModuleDetails> details() {
        return list().details();
    }

    /** A module by its name or path, in any case, or, as {@code 0x...}, its first address. */
    public Optional<TargetModule> module(String name) {
        return list().module(name);
    }

    private PeModules list() {
        return new PeModules(modules(), memory);
    }

    private KernelList.Entries entries() {
        long head = kernel.anchors().loadedModules();
        if (head == 0) {
            return new KernelList.Entries(List.of(), List.of(new MissingPart(NAME, "where it begins was not found")));
        }
        return lists.walk(head, 0, NAME, this::isEntry);
    }

    private boolean isEntry(long entry) {
        try {
            long first = base.pointer(entry);
            return first % PAGE_BYTES == 0 && kernel.architecture().isKernelAddress(first);
        } catch (MemflowException unreadable) {
            return false;
        }
    }

    private ModuleInfo row(long entry, List<MissingPart> missing) {
        FieldReader fields = new FieldReader();
        String path = fields.read("FullDllName", () -> UnicodeString.read(memory, fullName.at(entry), width));
        String last = path == null ? "" : path.substring(path.lastIndexOf('\\') + 1);
        String name = fields.readOr("BaseDllName", last, () -> UnicodeString.read(memory, baseName.at(entry), width));
        Long first = fields.read("DllBase", () -> base.pointer(entry));
        Long bytes = fields.read("SizeOfImage", () -> size.unsigned(entry));
        if (first != null && bytes != null) {
            compare(name, first, bytes, missing);
        }
        return new ModuleInfo(entry, name, path, first, bytes, fields.provenance(ModuleSource.KERNEL_LIST.label()));
    }

    /** Holds what the list says against the image; one whose headers are not in memory, as of start-up code, agrees. */
    private void compare(String name, long first, long bytes, List<MissingPart> missing) {
        try {
            PeImage image = PeImage.open(memory, first);
            if (image.size() != bytes) {
                missing.add(new MissingPart(
                        NAME,
                        "%s takes %d bytes by it, and %d by its own headers".formatted(name, bytes, image.size())));
            }
        } catch (MalformedDataException noImage) {
            missing.add(new MissingPart(NAME, name + " has no image where it says: " + noImage.getMessage()));
        } catch (MemflowException notInMemory) {
            return;
        }
    }

    private void addUnlisted(List<ModuleInfo> rows, List<MissingPart> missing) {
        Set<Long> known = new HashSet<>();
        rows.forEach(row -> {
            if (row.base() != null) {
                known.add(row.base());
            }
        });
        new ImageScan(kernel)
                .find(missing).stream()
                        .filter(image -> !known.contains(image.base()))
                        .forEach(rows::add);
    }
}
