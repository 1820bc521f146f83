package io.memflow.os.windows.offset;

import io.memflow.core.os.DiscoveryStep.Confidence;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a member lies, as decided.
 *
 * @param offset in bytes
 * @param votes all of them, the one that ruled first
 */
public record Decision(int offset, List<Vote> votes) {
    public Decision {
        votes = List.copyOf(votes);
    }

    static Decision of(List<Vote> votes) {
        List<Vote> sorted =
                votes.stream().sorted(Comparator.comparing(Vote::voter)).toList();
        return new Decision(sorted.getFirst().offset(), sorted);
    }

    /** Whether all votes name the same place. */
    public boolean isUnanimous() {
        return votes.stream().allMatch(vote -> vote.offset() == offset);
    }

    /** Several independent voters that agree confirm each other. */
    public Confidence confidence() {
        return isUnanimous() && votes.size() > 1 ? Confidence.CONFIRMED : Confidence.LIKELY;
    }

    /** Who says so and how sure it is, as a sentence fragment. */
    public String describe() {
        String agreeing = votes.stream()
                .filter(vote -> vote.offset() == offset)
                .map(Vote::how)
                .collect(Collectors.joining("; "));
        String others = votes.stream()
                .filter(vote -> vote.offset() != offset)
                .map(vote -> "%s says 0x%x".formatted(vote.how(), vote.offset()))
                .collect(Collectors.joining("; "));
        return others.isEmpty() ? agreeing : agreeing + "; but " + others;
    }
}
