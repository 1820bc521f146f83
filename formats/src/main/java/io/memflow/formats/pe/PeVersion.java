package io.memflow.formats.pe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a version resource says ({@code VS_VERSIONINFO}). Immutable.
 *
 * @param fixed the numbers; null when it has none
 * @param tables its texts, one table for each language
 */
public record PeVersion(@Nullable Fixed fixed, List<Texts> tables) {
    public PeVersion {
        tables = List.copyOf(tables);
    }

    /**
     * The part that is the same in every language ({@code VS_FIXEDFILEINFO}).
     *
     * @param fileVersion such as {@code 10.0.19041.1}
     * @param productVersion likewise
     * @param flags {@code dwFileFlags} under their mask: 1 is a debug build
     * @param system {@code dwFileOS}
     * @param type {@code dwFileType}: 1 program, 2 library, 3 driver
     * @param subtype {@code dwFileSubtype}
     */
    public record Fixed(String fileVersion, String productVersion, int flags, int system, int type, int subtype) {}

    /**
     * The texts of one language.
     *
     * @param language language and code page in eight hexadecimal digits, such as {@code 040904B0}
     * @param values by their names, in order
     */
    public record Texts(String language, Map<String, String> values) {
        public Texts {
            values = Map.copyOf(values);
        }
    }

    /** A text by its name, such as {@code FileVersion}, of the first language that has it. */
    public Optional<String> text(String name) {
        return tables.stream()
                .flatMap(table -> Optional.ofNullable(table.values.get(name)).stream())
                .findFirst();
    }
}
