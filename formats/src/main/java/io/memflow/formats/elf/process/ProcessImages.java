package io.memflow.formats.elf.process;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.TargetModule;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.elf.image.ElfImage;
import io.memflow.formats.elf.process.RegionImages.MappedImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The modules of one process: what its regions hold, joined with what its loader's list says. A module that only one of the
 * two knows has only that as its source. Thread-safe; each list is taken anew.
 */
public final class ProcessImages {
    static final String REGIONS = "regions";
    static final String LINK_MAP = "link-map";
    /** What loaders call their {@code r_debug}: GNU's, for debuggers that find no {@code DT_DEBUG}. */
    private static final String DEBUG_SYMBOL = "_r_debug";

    private final MemoryView memory;
    private final Listing<MemoryRegion> regions;
    private final FilePages files;

    /** The bytes of mapped files, as far as the OS layer finds them. */
    @FunctionalInterface
    public interface FilePages {
        /** The file of a region by offset into it; null when none of its pages can be found. */
        @Nullable
        MemoryView of(MemoryRegion region);
    }

    /**
     * @param memory the process' address space
     * @param regions its regions
     */
    public ProcessImages(MemoryView memory, Listing<MemoryRegion> regions, FilePages files) {
        this.memory = memory;
        this.regions = regions;
        this.files = files;
    }

    /** All modules, ascending by address. */
    public Listing<ModuleInfo> modules() {
        Joined joined = join();
        return new Listing<>(joined.modules.stream().map(ProcessModule::info).toList(), joined.missing);
    }

    /** What the images of all modules say of themselves. */
    public Listing<ModuleDetails> details() {
        Joined joined = join();
        List<ModuleDetails> rows = new ArrayList<>();
        joined.modules.forEach(module -> rows.addAll(module.details().rows()));
        return new Listing<>(rows, joined.missing);
    }

    /** The first module of a name, a path or, as {@code 0x...}, a first address. */
    public Optional<TargetModule> module(String name) {
        List<ProcessModule> all = join().modules;
        List<Function<ModuleInfo, @Nullable String>> ways = List.of(
                ModuleInfo::name, ModuleInfo::path, info -> info.base() == null ? null : Address.format(info.base()));
        for (Function<ModuleInfo, @Nullable String> way : ways) {
            for (ProcessModule module : all) {
                if (name.equals(way.apply(module.info()))) {
                    return Optional.of(module);
                }
            }
        }
        return Optional.empty();
    }

    private record Joined(List<ProcessModule> modules, List<MissingPart> missing) {}

    private Joined join() {
        List<MappedImage> images = RegionImages.find(memory, regions.rows());
        List<MissingPart> missing = new ArrayList<>(regions.missing());
        LinkMap.Found loaded = loaderList(images, missing);
        missing.addAll(loaded.missing());
        List<ProcessModule> modules = new ArrayList<>();
        Map<MappedImage, LinkMap.Entry> known = new HashMap<>();
        List<LinkMap.Entry> nowhere = new ArrayList<>();
        for (LinkMap.Entry entry : loaded.entries()) {
            Optional<MappedImage> holder = holder(images, entry);
            holder.ifPresentOrElse(image -> known.putIfAbsent(image, entry), () -> nowhere.add(entry));
        }
        images.forEach(image -> modules.add(module(image, known.get(image))));
        nowhere.forEach(entry -> modules.add(unmapped(entry)));
        return new Joined(modules, missing);
    }

    /** Of images of which one lies in a gap of the other, the inner one. */
    private static Optional<MappedImage> holder(List<MappedImage> images, LinkMap.Entry entry) {
        return images.stream()
                .filter(image -> image.holds(entry.dynamic()))
                .min((one, other) -> Long.compareUnsigned(one.size(), other.size()));
    }

    private ProcessModule module(MappedImage mapped, LinkMap.@Nullable Entry entry) {
        ElfImage image = mapped.image();
        List<MissingPart> missing = new ArrayList<>();
        List<String> sources = new ArrayList<>(List.of(REGIONS));
        if (entry != null) {
            sources.add(LINK_MAP);
        }
        if (image == null) {
            missing.add(new MissingPart("ELF header", mapped.why()));
            if (entry != null) {
                image = ElfImage.ofDynamic(
                        memory, width(), mapped.base(), mapped.size(), entry.bias(), entry.dynamic());
            }
        }
        ModuleInfo info = new ModuleInfo(
                entry == null ? mapped.base() : entry.address(),
                mapped.name(),
                mapped.path(),
                mapped.base(),
                mapped.size(),
                new Provenance(sources, missing));
        return new ProcessModule(info, image, () -> files.of(mapped.region()));
    }

    /** A module that the loader knows and no region holds. */
    private static ProcessModule unmapped(LinkMap.Entry entry) {
        String path = entry.name();
        String name = path == null || path.isEmpty()
                ? "link_map at " + Address.format(entry.address())
                : path.substring(path.lastIndexOf('/') + 1);
        MissingPart nowhere = new MissingPart("base", "no region of the process holds its dynamic section");
        ModuleInfo info = new ModuleInfo(
                entry.address(), name, path, null, null, new Provenance(List.of(LINK_MAP), List.of(nowhere)));
        return new ProcessModule(info, null, () -> null);
    }

    private ElfWidth width() {
        return memory.properties().pointerBytes() == Long.BYTES ? ElfWidth.BITS_64 : ElfWidth.BITS_32;
    }

    /** Where the list begins is in the program's own dynamic section, or else a symbol of the loader. */
    private LinkMap.Found loaderList(List<MappedImage> images, List<MissingPart> missing) {
        List<MissingPart> obstacles = new ArrayList<>();
        boolean expected = false;
        for (MappedImage mapped : images) {
            ElfImage image = mapped.image();
            if (image == null) {
                continue;
            }
            try {
                OptionalLong debug = image.debug();
                if (debug.isPresent()) {
                    return read(image, debug.getAsLong());
                }
                expected |= image.interpreter().isPresent();
            } catch (MemflowException unreadable) {
                obstacles.add(new MissingPart("dynamic section of " + mapped.name(), unreadable.getMessage()));
            }
        }
        if (expected || !obstacles.isEmpty()) {
            LinkMap.Found bySymbol = bySymbol(images);
            if (bySymbol != null) {
                return bySymbol;
            }
            missing.addAll(obstacles);
            missing.add(new MissingPart(
                    "link map", "no image's dynamic section says where the loader's list is (DT_DEBUG)"));
        }
        return new LinkMap.Found(List.of(), List.of());
    }

    private LinkMap.@Nullable Found bySymbol(List<MappedImage> images) {
        for (MappedImage mapped : images) {
            ElfImage image = mapped.image();
            if (image != null && mapped.name().startsWith("ld")) {
                OptionalLong debug = image.exports().rows().stream()
                        .filter(export -> export.name().equals(DEBUG_SYMBOL) && export.address() != null)
                        .mapToLong(export -> export.address() == null ? 0 : export.address())
                        .findFirst();
                if (debug.isPresent()) {
                    return read(image, debug.getAsLong());
                }
            }
        }
        return null;
    }

    private LinkMap.Found read(ElfImage image, long debug) {
        PointerWidth width = image.width() == ElfWidth.BITS_64 ? PointerWidth.BITS_64 : PointerWidth.BITS_32;
        return LinkMap.read(memory, width, debug);
    }
}
