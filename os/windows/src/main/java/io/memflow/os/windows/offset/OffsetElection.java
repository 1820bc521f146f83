package io.memflow.os.windows.offset;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.crashdump.DebuggerMember;
import io.memflow.os.windows.structure.PublishedKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds where a kernel's members lie: asks its code, its structures and the published builds, and lets them vote. */
public final class OffsetElection {
    private OffsetElection() {}

    /**
     * The outcome.
     *
     * @param types the structures as voted
     * @param match by what the published kernel was chosen whose offsets had a vote
     * @param disagreements one sentence for each member on which voters differ
     */
    public record Outcome(VotedTypes types, Match match, List<String> disagreements) {
        public Outcome {
            disagreements = List.copyOf(disagreements);
        }

        /** How many members were decided and by whom, in words. */
        public String summary() {
            Map<String, Long> rulers = types.decisions().values().stream()
                    .collect(Collectors.groupingBy(
                            decision -> decision.votes().getFirst().voter().label(),
                            TreeMap::new,
                            Collectors.counting()));
            long confirmed = types.decisions().values().stream()
                    .filter(decision -> decision.confidence() == Confidence.CONFIRMED)
                    .count();
            return "%d members of structures (%s), %d of them by several voters; published kernel: %s, %s"
                    .formatted(
                            types.decisions().size(),
                            rulers.entrySet().stream()
                                    .map(entry -> entry.getKey() + " " + entry.getValue())
                                    .collect(Collectors.joining(", ")),
                            confirmed,
                            types.kernel(),
                            match.label());
        }

        /** The members that matter most, each as a step with its votes. */
        public List<DiscoveryStep> steps() {
            return types.decisions().entrySet().stream()
                    .filter(entry -> entry.getValue().votes().stream().anyMatch(vote -> isOfTheKernel(vote.voter())))
                    .sorted(Map.Entry.comparingByKey())
                    .map(entry -> new DiscoveryStep(
                            entry.getKey(),
                            entry.getValue().confidence(),
                            "0x%x: %s"
                                    .formatted(
                                            entry.getValue().offset(),
                                            entry.getValue().describe()),
                            Duration.ZERO))
                    .toList();
        }
    }

    /** Members that only tables and symbol files tell are too many to list. */
    private static boolean isOfTheKernel(Voter voter) {
        return switch (voter) {
            case ACCESSOR, DEBUGGER, STRUCTURE, NEIGHBOURS -> true;
            case SYMBOLS, IDENTIFIED, PUBLISHED -> false;
        };
    }

    /**
     * Holds an election on a target.
     *
     * @param published the builds that may be used: all that are known of the architecture
     * @param identified the one of them that the kernel's symbol file is known for; not used where code and structures
     *     contradict it
     * @param symbols what the kernel's symbol file has, when there is one: it rules
     */
    public static Outcome hold(
            Target target,
            List<PublishedKernel> published,
            Optional<PublishedKernel> identified,
            Optional<TypeTable> symbols) {
        Votes votes = AccessorVotes.of(target.image(), target.architecture(), target.version());
        symbols.ifPresent(types -> SymbolVotes.add(votes, types, published));
        for (DebuggerMember told : target.told()) {
            votes.add(
                    told.structure(),
                    told.member(),
                    told.offset(),
                    Voter.DEBUGGER,
                    "what the kernel tells its debugger");
        }
        Candidates candidates = new Candidates();
        if (target.systemProcess() != 0) {
            Target bounded = target.withProcessBytes(
                    PoolBlock.bytesOfProcess(target, target.systemProcess(), target.processBytes()));
            ProcessChain chain = new ProcessChain(bounded, votes);
            if (chain.isKnown()) {
                new ProcessLearner(bounded, chain, votes, candidates).learn();
                new ObjectLearner(bounded, chain, candidates).learn();
                new ThreadLearner(bounded, chain, candidates).learn();
                candidates.vote(votes);
            }
        }
        int build = target.version().build();
        Ballot ballot = new Ballot(votes, candidates, build);
        // A GUID in memory is a claim like others there.
        Choice choice = identified
                .filter(kernel -> !ballot.contradicts(kernel))
                .map(Choice::identified)
                .or(() -> ballot.best(applicable(published, build)))
                .orElseGet(() -> none(target));
        VotedTypes types = new VotedTypes(choice.kernel(), ballot.decide(choice), target.pointerBytes(), build);
        return new Outcome(types, choice.match(), disagreements(types));
    }

    private static Choice none(Target target) {
        int build = target.version().build();
        PublishedKernel none = new PublishedKernel(target.architecture().table(), build, "no build", Map.of());
        return new Choice(none, Match.NEAREST, List.of());
    }

    /** Those of the build itself, else all: which is nearest shows in their contradictions. */
    private static List<PublishedKernel> applicable(List<PublishedKernel> published, int build) {
        List<PublishedKernel> same =
                published.stream().filter(kernel -> kernel.build() == build).toList();
        return same.isEmpty() ? published : same;
    }

    private static List<String> disagreements(VotedTypes types) {
        List<String> found = new ArrayList<>();
        types.decisions().forEach((path, decision) -> {
            if (!decision.isUnanimous()) {
                found.add("%s at 0x%x: %s".formatted(path, decision.offset(), decision.describe()));
            }
        });
        found.sort(String::compareTo);
        return found;
    }
}
