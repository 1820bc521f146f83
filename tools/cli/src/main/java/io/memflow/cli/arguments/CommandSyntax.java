package io.memflow.cli.arguments;

import java.util.List;

/**
 * What a command takes, and what its help says. Immutable.
 *
 * @param name the word that calls it
 * @param summary one sentence on what it does
 * @param forms ways to write what follows the name and the options
 * @param options options it takes
 * @param notes lines of help on what the forms mean, each at most 78 columns
 * @param examples whole command lines
 */
public record CommandSyntax(
        String name,
        String summary,
        List<String> forms,
        List<Option> options,
        List<String> notes,
        List<String> examples) {
    public CommandSyntax {
        forms = List.copyOf(forms);
        options = List.copyOf(options);
        notes = List.copyOf(notes);
        examples = List.copyOf(examples);
    }
}
