package io.memflow.formats.pe;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gathers what an image tells of itself, noting what cannot be read. Confined. */
final class PeDetails {
    private static final String SOURCE = "pe-image";

    private final PeImage image;
    private final List<MissingPart> missing = new ArrayList<>();

    private PeDetails(PeImage image) {
        this.image = image;
    }

    static ModuleDetails of(PeImage image, String name) {
        return new PeDetails(image).gather(name);
    }

    private ModuleDetails gather(String name) {
        OptionalLong entry = image.entry();
        String identity = orNoted("identity", () -> image.pdb().map(PdbReference::storeKey));
        String ownName = orNoted("own name", image::ownName);
        List<String> needs = orNoted("needed modules", () -> Optional.of(image.needs()));
        String version = orNoted("version", () -> image.version().flatMap(PeDetails::version));
        return new ModuleDetails(
                name,
                image.base(),
                identity,
                ownName,
                image.header().machineName(),
                entry.isPresent() ? entry.getAsLong() : null,
                null,
                needs == null ? List.of() : needs,
                List.of(),
                null,
                null,
                null,
                version,
                null,
                List.of(),
                List.of(),
                new Provenance(List.of(SOURCE), missing));
    }

    private static Optional<String> version(PeVersion version) {
        PeVersion.Fixed fixed = version.fixed();
        return fixed == null ? version.text("FileVersion") : Optional.of(fixed.fileVersion());
    }

    private <T> @Nullable T orNoted(String what, Supplier<Optional<T>> question) {
        try {
            return question.get().orElse(null);
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart(what, String.valueOf(unreadable.getMessage())));
            return null;
        }
    }
}
