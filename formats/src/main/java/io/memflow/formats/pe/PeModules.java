package io.memflow.formats.pe;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.TargetModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Modules of one address space, to look into by their images in it. Thread-safe as the memory is.
 *
 * @param modules the modules, and what is missing of them
 * @param memory the address space they lie in
 */
public record PeModules(Listing<ModuleInfo> modules, MemoryView memory) {
    /** What the images of all modules that are loaded say of themselves. */
    public Listing<ModuleDetails> details() {
        List<ModuleDetails> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(modules.missing());
        for (ModuleInfo module : modules.rows()) {
            if (module.presence() == ModuleInfo.Presence.UNLOADED) {
                continue;
            }
            Listing<ModuleDetails> own = new PeModule(module, memory).details();
            rows.addAll(own.rows());
            missing.addAll(own.missing());
        }
        return new Listing<>(rows, missing);
    }

    /** The first module of a name or a path, in any case, or, as {@code 0x...}, a first address. */
    public Optional<TargetModule> module(String name) {
        List<BiPredicate<ModuleInfo, String>> ways = List.of(
                (module, text) -> text.equalsIgnoreCase(module.name()),
                (module, text) -> text.equalsIgnoreCase(module.path()),
                (module, text) -> module.base() != null && text.equalsIgnoreCase(Address.format(module.base())));
        for (BiPredicate<ModuleInfo, String> way : ways) {
            for (ModuleInfo module : modules.rows()) {
                if (way.test(module, name)) {
                    return Optional.of(new PeModule(module, memory));
                }
            }
        }
        return Optional.empty();
    }
}
