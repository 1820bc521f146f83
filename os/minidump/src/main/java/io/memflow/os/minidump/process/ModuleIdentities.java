package io.memflow.os.minidump.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.Provenance;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.minidump.MinidumpModule;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeModule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the modules of a minidump: what their images say as far as the dump has them, else which symbol file the
 * dump itself names for them. Stateless.
 */
final class ModuleIdentities {
    private ModuleIdentities() {}

    /** Details of all modules that were loaded, in the dump's order. */
    static Listing<ModuleDetails> of(Minidump dump, Listing<ModuleInfo> rows, MemoryView memory) {
        List<MinidumpModule> listed;
        try {
            listed = dump.modules();
        } catch (MemflowException damaged) {
            return Listing.absent("details of modules", String.valueOf(damaged.getMessage()));
        }
        List<ModuleDetails> details = new ArrayList<>();
        for (ModuleInfo row : rows.rows()) {
            if (row.presence() == ModuleInfo.Presence.LOADED) {
                Listing<ModuleDetails> image = new PeModule(row, memory).details();
                details.addAll(image.rows());
                if (image.rows().isEmpty()) {
                    details.add(ofDump(row, pdb(listed, row), image.missing()));
                }
            }
        }
        return new Listing<>(details, rows.missing());
    }

    private static @Nullable PdbReference pdb(List<MinidumpModule> listed, ModuleInfo row) {
        for (MinidumpModule module : listed) {
            if (row.base() != null && row.base() == module.base()) {
                return module.pdb();
            }
        }
        return null;
    }

    private static ModuleDetails ofDump(ModuleInfo row, @Nullable PdbReference pdb, List<MissingPart> missing) {
        return ModuleDetails.ofIdentity(
                row.name(),
                row.base(),
                pdb == null ? null : pdb.storeKey(),
                new Provenance(row.provenance().sources(), missing));
    }
}
