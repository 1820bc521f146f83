package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.linux.structure.AddressFacts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A root page table and the symbols of the kernel image it maps.
 *
 * @param banner the version banner it was found by, where it was found by one
 * @param vmcoreinfos physical addresses of pages that begin as VMCOREINFO does, where memory was searched for them
 * @param imageTime what reading the image took
 * @param symbolTime what decoding the symbols took
 */
record LocatedKernel(
        RootCandidate candidate,
        AddressFacts facts,
        ImageBytes bytes,
        SymbolTable symbols,
        Optional<String> banner,
        List<Long> vmcoreinfos,
        Duration imageTime,
        Duration symbolTime) {
    /** The same with other symbols. */
    LocatedKernel withSymbols(SymbolTable others) {
        return new LocatedKernel(candidate, facts, bytes, others, banner, vmcoreinfos, imageTime, symbolTime);
    }

    /** The same with another root, what that makes of its addresses, and the part of the image that it turned out to be. */
    LocatedKernel at(RootCandidate other, AddressFacts ofOther, ImageBytes part) {
        return new LocatedKernel(other, ofOther, part, symbols, banner, vmcoreinfos, imageTime, symbolTime);
    }

    /** Physical address of what its symbols call its root page table; empty when they do not name it. */
    OptionalLong namedRoot() {
        OptionalLong symbol = symbols.address(facts.rootSymbol());
        KernelImage image = candidate.image();
        return symbol.isEmpty()
                ? symbol
                : OptionalLong.of(symbol.getAsLong() - image.virtualBase() + image.physicalBase());
    }

    /** Whether another page that maps the same image is what its symbols call its root page table. */
    boolean namesAsRoot(RootCandidate other) {
        OptionalLong named = namedRoot();
        return named.isPresent() && other.image().equals(candidate.image()) && other.isAt(named.getAsLong());
    }

    /** In words, for a choice between several. */
    String describe() {
        return "\"%s\" at physical %s, root table %s"
                .formatted(
                        banner.orElse("no banner"),
                        Address.format(candidate.image().physicalBase()),
                        Address.format(candidate.root()));
    }
}
