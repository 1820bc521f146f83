package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.os.linux.discovery.TracedRoots.Traced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Finds the live kernel by the roots that map version banners. Confined. */
final class BannerSearch {
    private final PhysicalMemory memory;
    private final DiscoverySteps steps;
    private final ImageSymbols images;
    private final MemorySurvey survey;

    BannerSearch(PhysicalMemory memory, DiscoverySteps steps, ImageSymbols images, MemorySurvey survey) {
        this.memory = memory;
        this.steps = steps;
        this.images = images;
        this.survey = survey;
    }

    /** What else is known of the memory, which decides whether an image without a symbol table is worth having. */
    enum OtherImages {
        NONE,
        /** The shape of page tables shows one, which tells more than a banner without symbols does. */
        BY_SHAPE
    }

    /**
     * The live kernel; empty when no root maps a banner.
     *
     * @throws MemflowException when no symbols decode, or nothing tells which of several kernels runs
     */
    Optional<LocatedKernel> find(OtherImages others) {
        List<Traced> roots = TracedRoots.find(memory, survey);
        if (roots.isEmpty()) {
            return Optional.empty();
        }
        Traced best = roots.getFirst();
        steps.add(
                "page tables",
                Confidence.LIKELY,
                "%d banners, %d root tables that map one; the best a %s one at %s, with %d pointers from its image into it"
                        .formatted(
                                survey.banners().size(),
                                roots.size(),
                                best.candidate().format().name(),
                                Address.format(best.candidate().root()),
                                best.pointers()));
        List<LocatedKernel> decoded = new ArrayList<>();
        String reason = "";
        for (Traced root : bestOfEachImage(roots)) {
            KernelImage image = root.candidate().image();
            if (decoded.stream().noneMatch(other -> other.candidate().image().overlaps(image))) {
                try {
                    decoded.add(confirmed(images.whole(ImagePlace.ofBanner(root, survey)), roots));
                } catch (MemflowException notThisOne) {
                    reason = notThisOne.getMessage();
                }
            }
        }
        if (decoded.isEmpty()) {
            decoded.addAll(partly(roots));
        }
        if (!decoded.isEmpty()) {
            return Optional.of(LocatedSteps.note(theLiveOne(decoded), steps));
        }
        MemflowException undecodable = KernelSearch.undecodable(best.candidate().image(), reason);
        if (others == OtherImages.BY_SHAPE) {
            throw undecodable;
        }
        LocatedKernel exported =
                images.exported(ImagePlace.ofBanner(best, survey), undecodable).orElseThrow(() -> undecodable);
        return Optional.of(LocatedSteps.note(exported, steps));
    }

    /** The first image whose damaged symbols decode in part and lead to its banner. */
    private List<LocatedKernel> partly(List<Traced> roots) {
        for (Traced root : bestOfEachImage(roots)) {
            Optional<LocatedKernel> found = images.partly(ImagePlace.ofBanner(root, survey));
            if (found.isPresent() && leadsToBanner(found.get())) {
                return List.of(confirmed(found.get(), roots));
            }
        }
        return List.of();
    }

    /** The best root of each image; of the same memory mapped twice, only the mapping that decodes counts. */
    private static List<Traced> bestOfEachImage(List<Traced> roots) {
        List<Traced> best = new ArrayList<>();
        for (Traced root : roots) {
            KernelImage image = root.candidate().image();
            if (best.size() < KernelSearch.MOST_IMAGES
                    && best.stream()
                            .noneMatch(other -> other.candidate().image().equals(image))) {
                best.add(root);
            }
        }
        return best;
    }

    /** The one kernel whose root lies in its own image; a remainder of an earlier one has lost that, or much else. */
    private static LocatedKernel theLiveOne(List<LocatedKernel> decoded) {
        List<LocatedKernel> whole = decoded.stream()
                .filter(found -> found.candidate().liesInsideImage())
                .toList();
        List<LocatedKernel> left = whole.isEmpty() ? decoded : whole;
        if (left.size() > 1) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.TARGET_NOT_FOUND,
                    "%d kernels are in this memory, and nothing tells which one runs: %s. Give an image of one machine only."
                            .formatted(
                                    left.size(),
                                    left.stream().map(LocatedKernel::describe).collect(Collectors.joining("; "))));
        }
        return left.getFirst();
    }

    /** Whether the symbols name a place with a banner as that of their own, or none at all. */
    private boolean leadsToBanner(LocatedKernel found) {
        KernelImage image = found.candidate().image();
        OptionalLong banner = found.symbols().address("linux_banner");
        if (banner.isEmpty()) {
            return true;
        }
        long physical = banner.getAsLong() - image.virtualBase() + image.physicalBase();
        return survey.banners().stream().anyMatch(seen -> seen.physical() == physical);
    }

    /**
     * The same with what its symbols say of the image. Where the image is part of a larger mapping, only the symbols tell
     * where it begins, and with that which roots lie inside it.
     *
     * @throws MemflowException when its symbols name a place without a banner as that of its own
     */
    private LocatedKernel confirmed(LocatedKernel found, List<Traced> roots) {
        if (!leadsToBanner(found)) {
            throw KernelSearch.failed("The symbol linux_banner leads to no banner.");
        }
        KernelImage image = found.candidate().image();
        OptionalLong text = found.symbols().address("_text");
        boolean isPartOfMapping = found.facts().kernelFormat().canonicalForm() == CanonicalForm.ZEROS;
        KernelImage trimmed = isPartOfMapping && text.isPresent() ? image.from(text.getAsLong()) : image;
        Optional<Traced> own = ownRoot(found, trimmed, roots);
        return found.at(
                own.map(Traced::candidate).orElse(found.candidate()).withImage(trimmed),
                own.map(Traced::facts).orElse(found.facts()),
                new ImageBytes(
                        found.bytes().segment().asSlice(image.size() - trimmed.size()),
                        found.bytes().unreadable()));
    }

    /** The root that the symbols name; otherwise the best of those inside the image. */
    private static Optional<Traced> ownRoot(LocatedKernel found, KernelImage trimmed, List<Traced> roots) {
        KernelImage image = found.candidate().image();
        List<Traced> inside = roots.stream()
                .filter(other -> other.candidate().image().equals(image)
                        && trimmed.containsPhysical(other.candidate().root()))
                .toList();
        return inside.stream()
                .filter(other -> found.namesAsRoot(other.candidate()))
                .findFirst()
                .or(() -> inside.stream().findFirst());
    }
}
