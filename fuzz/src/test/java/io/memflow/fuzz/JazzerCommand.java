package io.memflow.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The command line that runs Jazzer on one parser; as a program it prints it, for {@code fuzz/run}. Stateless. */
public final class JazzerCommand {
    /** Enough for any input, so that one which takes more fails in the JVM instead of the machine. */
    private static final String HEAP = "-Xmx512m";

    /** Small, so that recursion without a limit ends soon. */
    private static final String STACK = "-Xss512k";

    private static final String SANITIZERS = "com.code_intelligence.jazzer.sanitizers.";

    /** Of attacks on what none of the parsers uses (SQL, LDAP, scripts ...); loading them takes seconds. */
    private static final String UNUSED_SANITIZERS = Stream.of(
                    "BigDecimal",
                    "ClojureLangHooks",
                    "Deserialization",
                    "ExpressionLanguageInjection",
                    "FilePathTraversal",
                    "LdapInjection",
                    "NamingContextLookup",
                    "OsCommandInjection",
                    "ReflectiveCall",
                    "RegexInjection",
                    "RegexRoadblocks",
                    "ScriptEngineInjection",
                    "ServerSideRequestForgery",
                    "SqlInjection",
                    "TemplateInjection",
                    "UnsafeSanitizer",
                    "XPathInjection")
            .map(SANITIZERS::concat)
            .reduce((left, right) -> left + ":" + right)
            .orElse("");

    private JazzerCommand() {}

    /**
     * The words of the command.
     *
     * @param inputs how many to run, those of the corpus among them
     * @param found folder for new inputs that reach something new
     * @param broken folder for an input that breaks a promise
     */
    static List<String> of(Parser parser, long inputs, Path found, Path broken) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                STACK,
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerEntry.class.getName(),
                "--target_args=" + parser.label(),
                "--instrumentation_includes=io.memflow.core.**:io.memflow.formats.**:io.memflow.os.**:tools.jackson.dataformat.toml.**",
                "--custom_hook_includes=io.memflow.core.**:io.memflow.formats.**:io.memflow.os.**:tools.jackson.dataformat.toml.**",
                "--disabled_hooks=" + UNUSED_SANITIZERS,
                "--reproducer_path=" + broken,
                "-artifact_prefix=" + broken + "/",
                "-runs=" + inputs,
                "-seed=1",
                "-max_len=" + parser.longestInput(),
                "-print_final_stats=1",
                found.toString(),
                Corpus.folder(parser).toAbsolutePath().toString());
    }

    /** Prints the words, one a line. Arguments: parser, inputs, folder for new inputs, folder for inputs that break. */
    public static void main(String[] arguments) {
        of(Parser.named(arguments[0]), Long.parseLong(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]))
                .forEach(System.out::println);
    }
}
