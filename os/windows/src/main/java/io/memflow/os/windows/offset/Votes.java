package io.memflow.os.windows.offset;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** All votes, by member. Confined. */
final class Votes {
    private final Map<String, List<Vote>> votes = new LinkedHashMap<>();

    void add(Vote vote) {
        votes.computeIfAbsent(vote.path(), path -> new ArrayList<>()).add(vote);
    }

    void add(String structure, String member, int offset, Voter voter, String how) {
        add(new Vote(structure, member, offset, voter, how));
    }

    List<Vote> of(String structure, String member) {
        return List.copyOf(votes.getOrDefault(structure + "." + member, List.of()));
    }

    /** The offset the most trusted voter gives. */
    OptionalInt offset(String structure, String member) {
        Optional<Vote> best = best(structure, member);
        return best.isPresent() ? OptionalInt.of(best.get().offset()) : OptionalInt.empty();
    }

    Optional<Vote> best(String structure, String member) {
        return of(structure, member).stream().min((a, b) -> a.voter().compareTo(b.voter()));
    }

    /** The votes on each member, in the order they came. */
    Collection<List<Vote>> all() {
        return votes.values().stream().map(List::copyOf).toList();
    }
}
