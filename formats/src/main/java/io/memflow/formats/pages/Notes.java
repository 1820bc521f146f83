package io.memflow.formats.pages;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.os.MissingPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of an image could not be read, each kind of part once with how often it was met. Confined. */
public final class Notes {
    private final Map<String, String> reasons = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    /** Notes a part whose reading ended so; of several the first reason is kept. */
    public void add(String what, MemflowException why) {
        add(what, String.valueOf(why.getMessage()));
    }

    public void add(String what, String why) {
        reasons.putIfAbsent(what, why);
        counts.merge(what, 1, Integer::sum);
    }

    /** Notes a piece of a table that is not there: hostile tables have thousands, so only the first is put into words. */
    public void add(String what, Fault why) {
        if (!reasons.containsKey(what)) {
            reasons.put(what, "the piece of their table at that place: " + why.text());
        }
        counts.merge(what, 1, Integer::sum);
    }

    public List<MissingPart> parts() {
        List<MissingPart> parts = new ArrayList<>();
        reasons.forEach((what, why) -> {
            int count = counts.getOrDefault(what, 1);
            parts.add(new MissingPart(count == 1 ? what : what + " (" + count + " times)", why));
        });
        return parts;
    }
}
