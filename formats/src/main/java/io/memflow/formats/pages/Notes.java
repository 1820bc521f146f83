package io.memflow.formats.pages;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.os.MissingPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of an image could not be read, each kind of part once with how often it was met. Hostile tables lack hundreds of
 * thousands of entries, so only the first of a kind costs memory. Confined.
 */
public final class Notes {
    private final Map<String, Note> notes = new LinkedHashMap<>();

    /** The first reason, and how often there was one. */
    private static final class Note {
        private final String why;
        private int count;

        Note(String why, int count) {
            this.why = why;
            this.count = count;
        }
    }

    /** Notes a part whose reading ended so; of several the first reason is kept. */
    public void add(String what, MemflowException why) {
        if (!isKnown(what)) {
            notes.put(what, new Note(String.valueOf(why.getMessage()), 1));
        }
    }

    public void add(String what, String why) {
        if (!isKnown(what)) {
            notes.put(what, new Note(why, 1));
        }
    }

    /** Notes an entry of a table that lies in a piece that is not there. */
    public void add(String what, Fault why) {
        add(what, why, 1);
    }

    /** As {@link #add(String, Fault)} for several entries of one piece. */
    public void add(String what, Fault why, int entries) {
        Note known =
                notes.computeIfAbsent(what, _ -> new Note("the piece of their table at that place: " + why.text(), 0));
        known.count += entries;
    }

    /** Counts a part of a kind that was met before. */
    private boolean isKnown(String what) {
        Note known = notes.get(what);
        if (known != null) {
            known.count++;
        }
        return known != null;
    }

    public List<MissingPart> parts() {
        List<MissingPart> parts = new ArrayList<>();
        notes.forEach((what, note) ->
                parts.add(new MissingPart(note.count == 1 ? what : what + " (" + note.count + " times)", note.why)));
        return parts;
    }
}
