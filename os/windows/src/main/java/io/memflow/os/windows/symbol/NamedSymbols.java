package io.memflow.os.windows.symbol;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeImage;
import io.memflow.formats.pe.PeSection;
import java.util.List;
import java.util.Optional;

/**
 * One file that the user named. It must be the kernel's: of the GUID and age that the kernel names, or, where the kernel's debug
 * directory is not in memory, of an image with the same sections.
 */
public record NamedSymbols(SymbolFile named) implements SymbolSource {
    @Override
    public Optional<SymbolFile> of(PeImage kernel, DiscoverySteps steps) {
        Optional<PdbReference> wanted = KernelPdb.of(kernel);
        if (wanted.isEmpty()) {
            checkSections(kernel);
        } else if (!named.isOf(wanted.get())) {
            throw otherKernels(wanted.get());
        }
        steps.add(
                STEP,
                wanted.isPresent() ? Confidence.CONFIRMED : Confidence.LIKELY,
                wanted.isPresent()
                        ? "%s is the kernel's own (%s) and rules over all votes"
                                .formatted(named.path(), named.identity())
                        : "the kernel's debug directory is not in memory; %s is of an image with the same sections and rules over all votes"
                                .formatted(named.path()));
        return Optional.of(named);
    }

    private MemflowException otherKernels(PdbReference wanted) {
        return refused("\"%s\" is of %s, the kernel in memory of GUID %s, age %d: get %s for %s from a symbol server."
                .formatted(
                        named.path(),
                        named.identity(),
                        wanted.guid(),
                        wanted.age(),
                        wanted.fileName(),
                        wanted.storeKey()));
    }

    private void checkSections(PeImage kernel) {
        List<PeSection> own = named.file().sections();
        if (!own.equals(kernel.sectionHeaders())) {
            throw refused(
                    ("The kernel's debug directory, which names its symbol file, is not in memory, and \"%s\" (%s) is of an"
                                    + " image with other sections: %d of them, the kernel has %d.")
                            .formatted(
                                    named.path(),
                                    named.identity(),
                                    own.size(),
                                    kernel.sectionHeaders().size()));
        }
    }

    private static MemflowException refused(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.ARG_VALIDATION, "Argument symbols: " + message);
    }
}
