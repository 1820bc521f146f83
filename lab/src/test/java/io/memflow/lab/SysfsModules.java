package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a guest's {@code /sys/module} says of its loaded modules: lines {@code PATH:CONTENT}. Immutable. */
record SysfsModules(Map<String, Map<String, String>> modules, Map<String, Set<String>> users) {
    private static final String ROOT = "/sys/module/";
    /** Header and owner of a note before the id, in hexadecimal digits. */
    private static final int NOTE_DIGITS = 2 * 16;

    static SysfsModules parse(String text) {
        Map<String, Map<String, String>> modules = new TreeMap<>();
        Map<String, Set<String>> users = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (!line.startsWith(ROOT) || colon < 0) {
                throw new MalformedDataException("lab modules", 0, "this is no line of /sys/module: " + line);
            }
            String path = line.substring(ROOT.length(), colon);
            String name = path.substring(0, path.indexOf('/'));
            String entry = path.substring(name.length() + 1);
            String content = line.substring(colon + 1);
            if (entry.equals("holder")) {
                users.computeIfAbsent(name, _ -> new TreeSet<>()).add(content);
            } else {
                modules.computeIfAbsent(name, _ -> new TreeMap<>()).put(entry, content);
            }
        }
        return new SysfsModules(modules, users);
    }

    Set<String> names() {
        return modules.keySet();
    }

    /** A file's content, empty when it is not there or has none. */
    String value(String module, String file) {
        return modules.getOrDefault(module, Map.of()).getOrDefault(file, "");
    }

    Set<String> holders(String module) {
        return users.getOrDefault(module, Set.of());
    }

    String buildId(String module) {
        String note = value(module, "build-id");
        return note.length() <= NOTE_DIGITS ? "" : note.substring(NOTE_DIGITS);
    }

    /** Files of a folder, name to content. */
    Map<String, String> below(String module, String folder) {
        Map<String, String> found = new TreeMap<>();
        modules.getOrDefault(module, Map.of()).forEach((path, content) -> {
            if (path.startsWith(folder + "/")) {
                found.put(path.substring(folder.length() + 1), content);
            }
        });
        return found;
    }
}
