package io.memflow.os.windows.offset;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.structure.PublishedKernel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the kernel's own symbol file says of each member that some published build has. Stateless. */
final class SymbolVotes {
    private SymbolVotes() {}

    static void add(Votes votes, TypeTable symbols, List<PublishedKernel> published) {
        TreeMap<String, Set<String>> members = new TreeMap<>();
        for (PublishedKernel kernel : published) {
            kernel.structures()
                    .forEach((structure, found) -> members.computeIfAbsent(structure, _ -> new TreeSet<>())
                            .addAll(found.offsets().keySet()));
        }
        members.forEach((structure, names) -> names.forEach(member -> place(symbols, structure, member)
                .ifPresent(place -> votes.add(
                        structure, member, (int) place.offset(), Voter.SYMBOLS, "the kernel's symbol file"))));
    }

    /**
     * A member whose record is damaged is one that the file does not have. Of some bits it says where they begin, published
     * tables where the number begins that they are of.
     */
    private static Optional<MemberLocation> place(TypeTable symbols, String structure, String member) {
        try {
            return symbols.member(structure, member).filter(place -> place.bitSize() == 0);
        } catch (MalformedDataException damaged) {
            return Optional.empty();
        }
    }
}
