package io.memflow.os.linux.discovery;

import io.memflow.os.linux.structure.AddressFacts;
import java.util.List;
import java.util.Optional;

/**
 * Where a kernel image may be, before its symbols have shown that it is one.
 *
 * @param candidate a root page table and the image it maps
 * @param banner the version banner it was found by, where it was found by one
 * @param vmcoreinfos physical addresses of pages that begin as VMCOREINFO does, where memory was searched for them
 */
record ImagePlace(RootCandidate candidate, AddressFacts facts, Optional<String> banner, List<Long> vmcoreinfos) {
    /** As the shape of x86 page tables shows it. */
    static ImagePlace ofShape(RootCandidate candidate) {
        return new ImagePlace(candidate, AddressFacts.x86(candidate.format()), Optional.empty(), List.of());
    }

    /** As a banner leads to it. */
    static ImagePlace ofBanner(TracedRoots.Traced root, MemorySurvey survey) {
        return new ImagePlace(
                root.candidate(), root.facts(), Optional.of(root.banner().text()), survey.vmcoreinfos());
    }

    KernelImage image() {
        return candidate.image();
    }
}
