package io.memflow.cli.output;

import io.memflow.core.os.MissingPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Collects what could not be read while a command runs, and names it once at the end: parts that are missing for the same
 * reason become one line. Confined.
 */
public final class DamageReport {
    private static final int NAMED_SUBJECTS = 4;
    private static final int NAMED_GROUPS = 20;
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-f]+");

    private final List<String> defects = new ArrayList<>();
    private final Map<MissingPart, Group> groups = new LinkedHashMap<>();

    /** The same part missing from several subjects. */
    private static final class Group {
        final List<String> subjects = new ArrayList<>();
        final MissingPart first;
        int count;

        Group(MissingPart first) {
            this.first = first;
        }
    }

    /** Notes a sentence on the source of memory itself. */
    public void defect(String sentence) {
        defects.add(sentence);
    }

    /** Notes a part that is missing from the whole. */
    public void missing(MissingPart part) {
        group(part).count++;
    }

    /** Notes a part that is missing from one subject, such as {@code process 7 (sh)}. */
    public void missing(String subject, MissingPart part) {
        Group group = group(part);
        group.count++;
        if (group.subjects.size() < NAMED_SUBJECTS) {
            group.subjects.add(subject);
        }
    }

    public boolean isEmpty() {
        return defects.isEmpty() && groups.isEmpty();
    }

    public void print(Diagnostics diagnostics) {
        defects.forEach(diagnostics::say);
        int named = 0;
        for (Group group : groups.values()) {
            if (named++ == NAMED_GROUPS) {
                diagnostics.say("and " + (groups.size() - NAMED_GROUPS) + " more kinds of unreadable parts.");
                return;
            }
            diagnostics.say(describe(group));
        }
    }

    private Group group(MissingPart part) {
        // Addresses differ from row to row although the cause is one.
        String cause = HEXADECIMAL.matcher(part.why()).replaceAll("0x*");
        return groups.computeIfAbsent(new MissingPart(part.what(), cause), _ -> new Group(part));
    }

    private static String describe(Group group) {
        StringBuilder line = new StringBuilder("could not read ").append(group.first.what());
        if (!group.subjects.isEmpty()) {
            line.append(" of ").append(String.join(", ", group.subjects));
        }
        int unnamed = group.count - Math.max(1, group.subjects.size());
        if (unnamed > 0) {
            line.append(" and ").append(unnamed).append(" more");
        }
        line.append(": ").append(group.first.why());
        if (group.count > 1 && HEXADECIMAL.matcher(group.first.why()).find()) {
            line.append(" (the first of ").append(group.count).append(')');
        }
        return line.append('.').toString();
    }
}
