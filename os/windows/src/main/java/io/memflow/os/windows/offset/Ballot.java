package io.memflow.os.windows.offset;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Decides where members lie. A kernel's own code and structures rule; a published build counts where its number is the
 * kernel's, or where it does not contradict them. Confined.
 */
final class Ballot {
    /** Those that change from build to build; all others have kept their shape for years. */
    private static final Set<String> TOLD_OF = Set.of("_EPROCESS", "_KPROCESS", "_ETHREAD", "_KTHREAD");

    private final Votes votes;
    private final Candidates candidates;
    private final int build;
    private final Map<String, Decision> decisions = new LinkedHashMap<>();

    /** @param votes what code and structures say; published offsets are added to them */
    Ballot(Votes votes, Candidates candidates, int build) {
        this.votes = votes;
        this.candidates = candidates;
        this.build = build;
    }

    /**
     * The published kernel that agrees most and contradicts least; of equals the one with the nearest number.
     *
     * @param published those that may be it
     */
    Optional<Choice> best(List<PublishedKernel> published) {
        return nearest(published).map(best -> {
            boolean isOwnBuild = best.build() == build;
            List<PublishedKernel> equals = published.stream()
                    .filter(kernel -> isOwnBuild && kernel.build() == build && agreement(kernel) == agreement(best))
                    .toList();
            return new Choice(best, isOwnBuild ? Match.BUILD : Match.NEAREST, equals);
        });
    }

    private Optional<PublishedKernel> nearest(List<PublishedKernel> published) {
        return published.stream()
                .min(Comparator.comparingInt((PublishedKernel kernel) -> Math.min(0, -agreement(kernel)))
                        .thenComparingInt(kernel -> Math.abs(kernel.build() - build))
                        .thenComparingInt(kernel -> -kernel.build()));
    }

    /** A contradiction weighs twice: a build with few members must not win because there is little to compare. */
    private int agreement(PublishedKernel kernel) {
        int agreement = 0;
        for (List<Vote> about : votes.all()) {
            Vote vote = about.getFirst();
            int offset = published(kernel, vote.structure(), vote.member());
            agreement += offset < 0 ? 0 : offset == vote.offset() ? 1 : -2;
        }
        return agreement;
    }

    private static int published(PublishedKernel kernel, String structure, String member) {
        PublishedStructure found = kernel.structures().get(structure);
        return found == null ? -1 : found.offsets().getOrDefault(member, -1);
    }

    /** Whether code or structures say of some member that it lies elsewhere. */
    boolean contradicts(PublishedKernel kernel) {
        return votes.all().stream().map(List::getFirst).anyMatch(vote -> {
            int offset = published(kernel, vote.structure(), vote.member());
            return offset >= 0 && offset != vote.offset();
        });
    }

    /** Decides on all members that a published kernel has, and on those that only code or structures tell. */
    Map<String, Decision> decide(Choice choice) {
        PublishedKernel kernel = choice.kernel();
        boolean sameLayout = choice.match() != Match.NEAREST || !contradicts(kernel);
        kernel.structures().forEach((structure, published) -> {
            if (sameLayout || !TOLD_OF.contains(structure)) {
                published.offsets().forEach((member, offset) -> addPublished(choice, structure, member, offset));
            }
        });
        for (List<Vote> about : votes.all()) {
            decisions.put(about.getFirst().path(), Decision.of(about));
        }
        if (choice.match() == Match.NEAREST) {
            kernel.structures().forEach((structure, published) -> moveWithNeighbours(kernel, structure, published));
        }
        return decisions;
    }

    private void addPublished(Choice choice, String structure, String member, int offset) {
        PublishedKernel kernel = choice.kernel();
        // Service packs and updates share a number: what differs among those that fit alike is not known by the number.
        boolean isOne = choice.equals().stream().allMatch(other -> published(other, structure, member) == offset);
        boolean allowed = candidates
                .of(structure, member)
                .map(set -> set.offsets().get(offset))
                .orElse(true);
        if (isOne && (choice.match() != Match.NEAREST || allowed)) {
            String how = "offsets published for Windows " + kernel
                    + switch (choice.match()) {
                        case IDENTITY -> ", the kernel of this PDB's GUID and age";
                        case BUILD -> "";
                        case NEAREST -> ", the nearest build that is published, for " + build;
                    };
            Voter voter = choice.match() == Match.IDENTITY ? Voter.IDENTIFIED : Voter.PUBLISHED;
            votes.add(structure, member, offset, voter, how);
        }
    }

    private void moveWithNeighbours(PublishedKernel kernel, String structure, PublishedStructure published) {
        Map<String, Integer> known = new HashMap<>();
        List<String> open = new ArrayList<>();
        for (String member : published.offsets().keySet()) {
            Decision decision = decisions.get(structure + "." + member);
            if (decision == null) {
                open.add(member);
            } else {
                known.put(member, decision.offset());
            }
        }
        Neighbours neighbours = new Neighbours(published, known);
        for (String member : open) {
            BitSet allowed = candidates
                    .of(structure, member)
                    .map(Candidates.Set::offsets)
                    .orElseGet(BitSet::new);
            OptionalInt place = neighbours.place(member, allowed);
            if (place.isPresent()) {
                Vote vote = new Vote(
                        structure,
                        member,
                        place.getAsInt(),
                        Voter.NEIGHBOURS,
                        "offsets published for Windows " + kernel + ", moved as the members beside it are");
                decisions.put(vote.path(), Decision.of(List.of(vote)));
            }
        }
    }
}
