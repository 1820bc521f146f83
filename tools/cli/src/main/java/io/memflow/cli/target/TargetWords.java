package io.memflow.cli.target;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.Option;
import io.memflow.cli.arguments.UsageException;
import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.core.plugin.PluginArguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of a command line that say what to look at, and those before them. Immutable.
 *
 * @param leading what comes before the target, in order
 * @param source the target
 */
public record TargetWords(List<String> leading, TargetSource source) {
    /** A step of a chain that is a source of memory. */
    public static final Option CONNECTOR = Option.repeated(
            "-c",
            "CONNECTOR",
            "Source of memory, as name:target:key=value,... A part that holds a colon is put in quotes.");

    /** A step of a chain that is an operating system. */
    public static final Option SYSTEM = Option.repeated(
            "-o",
            "OS",
            "Operating system on it, as name::key=value,... Without it, whatever is found. -o native alone is this machine.");

    /** Consistent lists of a running machine. */
    public static final Option PAUSED =
            Option.flag("Let the machine stand still meanwhile; it runs on afterwards if it ran.", "--paused");

    /** Symbol files from a server. */
    public static final Option ONLINE =
            Option.flag("Let the last -o fetch symbol files that it lacks from its symbol server.", "--online");

    /** The argument of an OS layer that says the same ({@code windows}). */
    private static final String ONLINE_ARGUMENT = "online";

    public TargetWords {
        leading = List.copyOf(leading);
    }

    /**
     * The words of a command that takes exactly the named words and then a target.
     *
     * @throws UsageException when the words are too few or too many
     * @throws io.memflow.core.error.MemflowException when a step of the chain is malformed
     */
    public static TargetWords after(Arguments arguments, String... names) {
        return split(arguments, names.length, names);
    }

    /**
     * The words of a command that takes the named words, or none of them, and then a target.
     *
     * @throws UsageException when the words are too few or too many
     * @throws io.memflow.core.error.MemflowException when a step of the chain is malformed
     */
    public static TargetWords afterOptional(Arguments arguments, String... names) {
        return split(arguments, 0, names);
    }

    /**
     * The words of a command that takes the named words, the last of which may be left out, and then a target.
     *
     * @throws UsageException when the words are too few or too many
     * @throws io.memflow.core.error.MemflowException when a step of the chain is malformed
     */
    public static TargetWords afterOptionalLast(Arguments arguments, String... names) {
        return split(arguments, names.length - 1, names);
    }

    /**
     * The words of a command that takes the named words, the first of which may be left out, and then a target.
     *
     * @throws UsageException when the words are too few or too many
     * @throws io.memflow.core.error.MemflowException when a step of the chain is malformed
     */
    public static TargetWords afterOptionalFirst(Arguments arguments, String... names) {
        return split(arguments, names.length - 1, names);
    }

    private static TargetWords split(Arguments arguments, int fewest, String... names) {
        List<String> words = arguments.words();
        List<ChainStep> steps = steps(arguments);
        int leading = words.size() - (steps.isEmpty() ? 1 : 0);
        if (leading != fewest && leading != names.length) {
            throw mismatch(words, steps, names);
        }
        TargetSource source =
                steps.isEmpty() ? new TargetSource.Friendly(words.getLast()) : new TargetSource.Steps(steps);
        return new TargetWords(
                words.subList(0, leading), arguments.has(PAUSED) ? new TargetSource.Paused(source) : source);
    }

    private static List<ChainStep> steps(Arguments arguments) {
        List<ChainStep> steps = new ArrayList<>();
        for (Arguments.Given given : arguments.given()) {
            if (given.option().equals(CONNECTOR)) {
                steps.add(ChainParser.parse(ChainStep.Kind.CONNECTOR, given.value()));
            } else if (given.option().equals(SYSTEM)) {
                steps.add(ChainParser.parse(ChainStep.Kind.OS, given.value()));
            }
        }
        return arguments.has(ONLINE) ? online(steps) : steps;
    }

    /** A layer that fetches nothing refuses the argument. */
    private static List<ChainStep> online(List<ChainStep> steps) {
        if (steps.isEmpty() || steps.getLast().kind() != ChainStep.Kind.OS) {
            throw new UsageException(
                    "--online is for a chain that ends with an operating system, which it lets fetch symbol"
                            + " files: add one, such as -o windows::symbols=DIR.");
        }
        ChainStep last = steps.getLast();
        Map<String, String> values = new LinkedHashMap<>(last.arguments().values());
        if (values.putIfAbsent(ONLINE_ARGUMENT, "true") != null) {
            throw new UsageException("--online and online= are given both: leave one of them away.");
        }
        steps.set(
                steps.size() - 1,
                new ChainStep(
                        last.kind(),
                        last.plugin(),
                        new PluginArguments(last.arguments().target(), values)));
        return steps;
    }

    private static UsageException mismatch(List<String> words, List<ChainStep> steps, String... names) {
        List<String> expected = new ArrayList<>(List.of(names));
        if (steps.isEmpty()) {
            expected.add("TARGET");
        }
        String wanted = expected.isEmpty() ? "no words beside the chain" : String.join(" ", expected);
        String found = words.isEmpty() ? "nothing" : "\"" + String.join("\" \"", words) + "\"";
        return new UsageException("Expected " + wanted + ", got " + found
                + "; a target is a file, qemu:NAME_OR_PID, or a chain of -c and -o.");
    }
}
