package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.os.linux.discovery.BannerSearch.OtherImages;
import io.memflow.os.linux.structure.AddressFacts;
import java.util.List;
import java.util.Optional;

/**
 * Finds the root page table and the kernel image with its symbols: on x86-64 by the shape of its tables, elsewhere by
 * tracing version banners up to the roots that map them. A place counts once kallsyms decode in the image found there.
 * Confined.
 */
final class KernelSearch {
    /** Stale kernels in memory are few; more candidates than this are processes of one kernel. */
    static final int MOST_IMAGES = 4;

    private final PhysicalMemory memory;
    private final DiscoverySteps steps;
    private final ImageSymbols images;

    KernelSearch(PhysicalMemory memory, DiscoverySteps steps) {
        this.memory = memory;
        this.steps = steps;
        this.images = new ImageSymbols(memory, steps);
    }

    /**
     * The live kernel.
     *
     * @throws MemflowException that says how far the search came, or which kernels it cannot choose from
     */
    LocatedKernel locate() {
        List<RootCandidate> candidates = new PageTableRootFinder(memory).find();
        Optional<MemflowException> refused = Optional.empty();
        if (!candidates.isEmpty()) {
            RootCandidate best = candidates.getFirst();
            steps.add(
                    "page tables",
                    Confidence.LIKELY,
                    "%d root tables that map a kernel image, the best a %s one at %s"
                            .formatted(candidates.size(), best.format().name(), Address.format(best.root())));
            try {
                return byShape(candidates);
            } catch (MemflowException undecodable) {
                refused = Optional.of(undecodable);
            }
        }
        if (refused.isPresent()) {
            // A root that lies inside the image it maps is that kernel's own: nothing a banner leads to is surer.
            List<RootCandidate> own =
                    candidates.stream().filter(RootCandidate::liesInsideImage).toList();
            Optional<LocatedKernel> nameless = withoutTable(own, refused.get());
            if (nameless.isPresent()) {
                return nameless.get();
            }
        }
        MemorySurvey survey = MemorySurvey.of(memory);
        OtherImages others = candidates.isEmpty() ? OtherImages.NONE : OtherImages.BY_SHAPE;
        Optional<MemflowException> why = refused;
        try {
            return new BannerSearch(memory, steps, images, survey)
                    .find(others)
                    .orElseThrow(() -> why.orElseGet(() -> nothing(survey)));
        } catch (MemflowException undecodable) {
            return withoutTable(candidates, undecodable).orElseThrow(() -> undecodable);
        }
    }

    private LocatedKernel byShape(List<RootCandidate> candidates) {
        String reason = "";
        List<KernelImage> found = candidates.stream()
                .map(RootCandidate::image)
                .distinct()
                .limit(MOST_IMAGES)
                .toList();
        for (KernelImage image : found) {
            try {
                return LocatedSteps.note(atNamedRoot(images.whole(best(candidates, image)), candidates), steps);
            } catch (MemflowException notThisOne) {
                reason = notThisOne.getMessage();
            }
        }
        for (KernelImage image : found) {
            Optional<LocatedKernel> partly = images.partly(best(candidates, image));
            if (partly.isPresent()) {
                return LocatedSteps.note(atNamedRoot(partly.get(), candidates), steps);
            }
        }
        throw undecodable(found.getFirst(), reason);
    }

    private static ImagePlace best(List<RootCandidate> candidates, KernelImage image) {
        return ImagePlace.ofShape(candidates.stream()
                .filter(found -> found.image().equals(image))
                .findFirst()
                .orElseThrow());
    }

    /** The same with the root that its symbols name, where a page that is none was taken for a better one. */
    private static LocatedKernel atNamedRoot(LocatedKernel found, List<RootCandidate> candidates) {
        return candidates.stream()
                .filter(found::namesAsRoot)
                .findFirst()
                .map(own -> found.at(own, AddressFacts.x86(own.format()), found.bytes()))
                .orElse(found);
    }

    /** A kernel image with a banner whose symbol table is damaged. */
    private Optional<LocatedKernel> withoutTable(List<RootCandidate> candidates, MemflowException undecodable) {
        for (RootCandidate candidate : candidates.stream().limit(MOST_IMAGES).toList()) {
            Optional<LocatedKernel> found = images.exportedOrNone(ImagePlace.ofShape(candidate), undecodable);
            if (found.isPresent()) {
                return Optional.of(LocatedSteps.note(found.get(), steps));
            }
        }
        return Optional.empty();
    }

    private MemflowException nothing(MemorySurvey survey) {
        String banners = survey.banners().isEmpty()
                ? ""
                : " Banners of kernels are there (\"%s\" at %s), but no table leads to one: the image may be cut off, or its base= may be another."
                        .formatted(
                                survey.banners().getFirst().text(),
                                Address.format(survey.banners().getFirst().physical()));
        return failed(
                ("No Linux kernel for x86-64, i386, arm64 or riscv64 in %s: none of its %d KiB holds a page table that"
                                + " maps a kernel image.%s A raw image of memory that does not start at address 0 needs"
                                + " base=; other systems and processors are not supported.")
                        .formatted(memory.description(), memory.map().totalBytes() >> 10, banners));
    }

    static MemflowException undecodable(KernelImage image, String reason) {
        return failed(
                ("A kernel image is mapped at %s, but its symbol table (kallsyms) cannot be decoded: %s The kernel may"
                                + " be built without CONFIG_KALLSYMS, or the image is damaged.")
                        .formatted(Address.format(image.virtualBase()), reason));
    }

    static MemflowException failed(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
