package io.memflow.formats.pe;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** Writes what our reader finds in an image, one fact a line, as {@code facts.py} does by another reader. Stateless. */
final class PeFacts {
    private PeFacts() {}

    static List<String> of(PeImage image) {
        List<String> lines = new ArrayList<>();
        PeHeader header = image.header();
        lines.add("header %x %x %x %x %x"
                .formatted(
                        header.machine(), header.timestamp(), header.imageBase(), header.imageBytes(), header.entry()));
        for (PeSection section : image.sectionHeaders()) {
            // Longer names are in a table that pefile does not read.
            if (!section.name().startsWith("/") && section.name().getBytes(StandardCharsets.UTF_8).length <= 8) {
                lines.add("section %s %x %x %x"
                        .formatted(section.name(), section.address(), section.bytes(), section.characteristics()));
            }
        }
        image.exports().rows().stream()
                .sorted(Comparator.comparingLong(PeFacts::ordinal).thenComparing(ExportInfo::name))
                .forEach(row -> lines.add("export %d %s %s"
                        .formatted(
                                ordinal(row),
                                row.name(),
                                row.forwarder() == null
                                        ? relative(Objects.requireNonNull(row.address()), image)
                                        : row.forwarder())));
        for (String kind : List.of("import-directory", "delay-import-directory")) {
            for (ImportInfo row : image.imports().rows()) {
                if (row.provenance().sources().contains(kind)) {
                    lines.add("%s %s %s %s"
                            .formatted(
                                    kind.startsWith("i") ? "import" : "delayed",
                                    row.library(),
                                    row.ordinal() != null ? "#" + row.ordinal() : row.name() == null ? "" : row.name(),
                                    relative(Objects.requireNonNull(row.slot()), image)));
                }
            }
        }
        image.pdb()
                .ifPresent(pdb ->
                        lines.add("pdb %s %s %x".formatted(pdb.guid().substring(0, 23), pdb.name(), pdb.age())));
        version(image, lines);
        return lines;
    }

    private static void version(PeImage image, List<String> lines) {
        try {
            image.version().ifPresent(version -> {
                if (version.fixed() != null) {
                    lines.add("fixed " + version.fixed().fileVersion());
                }
                version.tables()
                        .forEach(table -> new TreeMap<>(table.values())
                                .forEach((key, value) -> lines.add("text %s %s=%s"
                                        .formatted(
                                                table.language(),
                                                key,
                                                value.strip().replace("\n", " ")))));
            });
        } catch (MemflowException refused) {
            lines.add("version refused");
        }
    }

    private static long ordinal(ExportInfo row) {
        return row.ordinal() == null ? -1 : row.ordinal();
    }

    private static String relative(Long address, PeImage image) {
        return address == null ? "" : Long.toHexString(address - image.base());
    }
}
