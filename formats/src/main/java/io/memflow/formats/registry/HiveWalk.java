package io.memflow.formats.registry;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** A way through all keys below one. A cell that several keys list is gone through once, so the way is no longer than the hive. Confined. */
final class HiveWalk {
    private final HiveKey top;
    private final Set<Integer> seen = new HashSet<>();
    private final DamageNotes notes = new DamageNotes();
    private final List<HiveKey> found = new ArrayList<>();

    HiveWalk(HiveKey top) {
        this.top = top;
    }

    Listing<HiveKey> all() {
        Deque<Iterator<HiveKey>> levels = new ArrayDeque<>();
        seen.add(top.index());
        levels.push(below(top));
        while (!levels.isEmpty()) {
            Iterator<HiveKey> level = levels.peek();
            if (!level.hasNext()) {
                levels.pop();
            } else {
                HiveKey key = level.next();
                if (seen.add(key.index())) {
                    found.add(key);
                    levels.push(below(key));
                } else {
                    notes.add("key 0x%x".formatted(key.index()), "several keys list it");
                }
            }
        }
        return new Listing<>(found, notes.parts());
    }

    private Iterator<HiveKey> below(HiveKey key) {
        Listing<HiveKey> keys = key.subkeys();
        for (MissingPart part : keys.missing()) {
            notes.add("%s: %s".formatted(notes.isFull() ? "" : key.path(), part.what()), part.why());
        }
        return keys.rows().iterator();
    }
}
