package io.memflow.lab;

import io.memflow.guest.host.HostCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a program of this machine needs to be loaded. */
final class SharedLibraries {
    private static final Pattern LIBRARY = Pattern.compile("(?:=> )?(/\\S+) \\(0x");

    private SharedLibraries() {}

    /** Path by which the loader finds each, its own among them, to the file here. */
    static Map<String, Path> of(Path program) throws IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        String libraries = HostCommand.of("ldd", program.toString()).runOrFail();
        for (MatchResult found : LIBRARY.matcher(libraries).results().toList()) {
            files.put(found.group(1), Path.of(found.group(1)).toRealPath());
        }
        return files;
    }
}
