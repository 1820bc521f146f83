package io.memflow.os.windows.process;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.os.windows.page.PageFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the user chose of how processes are found and read. Immutable.
 *
 * @param files what there is of the target's page files
 */
public record ProcessChoices(PageFiles files, Search search) {
    public static final ProcessChoices DEFAULT = new ProcessChoices(PageFiles.NONE, Search.WHEN_DAMAGED);

    private static final String SEARCH = "search";

    /** When all memory is searched for processes. */
    public enum Search {
        /** When the kernel's structures are damaged or disagree. */
        WHEN_DAMAGED,
        /** At each list: finds what no structure leads to, and takes a pass over all memory. */
        ALWAYS;

        private static Search parse(String text) {
            for (Search search : values()) {
                if (search.argument().equals(text)) {
                    return search;
                }
            }
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.ARG_VALIDATION,
                    "Argument %s: \"%s\" is none of %s and %s."
                            .formatted(SEARCH, text, WHEN_DAMAGED.argument(), ALWAYS.argument()));
        }

        private String argument() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What arguments say it. */
    public static List<ArgumentDescription> arguments() {
        List<ArgumentDescription> all = new ArrayList<>(PageFiles.arguments());
        all.add(
                new ArgumentDescription(
                        SEARCH,
                        "when all memory is searched for processes: when-damaged, or always, which finds what nothing leads to"));
        return all;
    }

    /**
     * The choices that arguments make.
     *
     * @throws MemflowException when one of them cannot be used
     */
    public static ProcessChoices of(PluginArguments arguments) {
        Optional<Search> search = arguments.value(SEARCH).map(Search::parse);
        return new ProcessChoices(PageFiles.open(arguments), search.orElse(Search.WHEN_DAMAGED));
    }
}
