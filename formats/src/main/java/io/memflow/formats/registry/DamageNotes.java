package io.memflow.formats.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import java.util.ArrayList;
import java.util.List;

/** Damaged cells that were met on the way through a list: each by name, and of very many only how many. Confined. */
final class DamageNotes {
    private final List<MissingPart> parts = new ArrayList<>();
    private int unnamed;

    void add(String what, String why) {
        if (isFull()) {
            unnamed++;
        } else {
            parts.add(new MissingPart(what, why));
        }
    }

    void add(String what, MemflowException why) {
        add(what, String.valueOf(why.getMessage()));
    }

    void addAll(List<MissingPart> more) {
        more.forEach(part -> add(part.what(), part.why()));
    }

    /** Whether what is added is counted only. */
    boolean isFull() {
        return parts.size() >= HiveLimits.MOST_NAMED;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    List<MissingPart> parts() {
        if (unnamed == 0) {
            return List.copyOf(parts);
        }
        List<MissingPart> all = new ArrayList<>(parts);
        all.add(new MissingPart(
                "further parts (" + unnamed + ")", "they are damaged too, or were not tried after so many"));
        return all;
    }
}
