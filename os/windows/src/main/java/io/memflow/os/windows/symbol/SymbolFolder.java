package io.memflow.os.windows.symbol;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeImage;
import java.util.Optional;

/**
 * A folder of symbol files that the user named, and a server to ask for those it lacks. What neither has is no error: the
 * offsets are voted on then.
 *
 * @param server empty unless the user said that it may be asked
 */
public record SymbolFolder(SymbolStore store, Optional<SymbolServer> server) implements SymbolSource {
    @Override
    public Optional<SymbolFile> of(PeImage kernel, DiscoverySteps steps) {
        Optional<PdbReference> reference = KernelPdb.of(kernel);
        if (reference.isEmpty()) {
            steps.add(
                    STEP,
                    Confidence.MISSING,
                    "the kernel's debug directory, which names its symbol file, is not in memory; with symbols=FILE the file"
                            + " itself can be named");
            return Optional.empty();
        }
        try {
            return of(PdbIdentity.of(reference.get()), steps);
        } catch (MemflowException failed) {
            steps.add(STEP, Confidence.MISSING, failed.getMessage() + " Offsets are voted on");
            return Optional.empty();
        }
    }

    private Optional<SymbolFile> of(PdbIdentity wanted, DiscoverySteps steps) {
        SymbolStore.Finding found = store.find(wanted);
        if (found.file().isPresent()) {
            noteRuling(found.file().get(), "was in the folder", steps);
            return found.file();
        }
        if (server.isEmpty()) {
            steps.add(
                    STEP,
                    Confidence.MISSING,
                    found.told() + "; offsets are voted on. With online=true it is got from a symbol server");
            return Optional.empty();
        }
        SymbolFile fetched = server.get().fetch(wanted, store);
        noteRuling(fetched, "was got from " + server.get().base().toASCIIString(), steps);
        return Optional.of(fetched);
    }

    private static void noteRuling(SymbolFile file, String origin, DiscoverySteps steps) {
        steps.add(
                STEP,
                Confidence.CONFIRMED,
                "%s is the kernel's own (%s), %s, and rules over all votes"
                        .formatted(file.path(), file.identity(), origin));
    }
}
