package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.formats.kallsyms.KallsymsLayout;
import io.memflow.formats.kallsyms.PartialKallsyms;
import io.memflow.formats.ksymtab.Ksymtab;
import io.memflow.os.linux.discovery.TracedRoots.Traced;
import io.memflow.os.linux.structure.AddressFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Finds the root page table and the kernel image with its symbols: on x86-64 by the shape of its tables, elsewhere by
 * tracing version banners up to the roots that map them. A place counts once kallsyms decode in the image found there.
 * Confined.
 */
final class KernelSearch {
    /** Stale kernels in memory are few; more candidates than this are processes of one kernel. */
    private static final int MOST_IMAGES = 4;

    private final PhysicalMemory memory;
    private final Steps steps;

    KernelSearch(PhysicalMemory memory, Steps steps) {
        this.memory = memory;
        this.steps = steps;
    }

    /**
     * A root and the symbols decoded from the image it maps.
     *
     * @param banner the version banner it was found by, where it was found by one
     * @param vmcoreinfos pages that begin as VMCOREINFO does, where memory was searched for them
     * @param imageTime what reading the image took
     * @param symbolTime what decoding the symbols took
     */
    record Located(
            RootCandidate candidate,
            AddressFacts facts,
            ImageBytes bytes,
            SymbolTable symbols,
            Optional<String> banner,
            List<Long> vmcoreinfos,
            Duration imageTime,
            Duration symbolTime) {
        /** The same with other symbols. */
        Located withSymbols(SymbolTable others) {
            return new Located(candidate, facts, bytes, others, banner, vmcoreinfos, imageTime, symbolTime);
        }
    }

    /**
     * The live kernel.
     *
     * @throws MemflowException that says how far the search came, or which kernels it cannot choose from
     */
    Located locate() {
        List<RootCandidate> candidates = new PageTableRootFinder(memory).find();
        Optional<MemflowException> refused = Optional.empty();
        if (!candidates.isEmpty()) {
            steps.add(
                    "page tables",
                    Confidence.LIKELY,
                    "%d root tables that map a kernel image, the best a %s one at %s"
                            .formatted(
                                    candidates.size(),
                                    candidates.getFirst().format().name(),
                                    Address.format(candidates.getFirst().root())));
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
            Optional<Located> nameless = withoutSymbols(own, refused.get());
            if (nameless.isPresent()) {
                return nameless.get();
            }
        }
        MemorySurvey survey = MemorySurvey.of(memory);
        Optional<MemflowException> why = refused;
        try {
            return byBanner(survey, !candidates.isEmpty()).orElseThrow(() -> why.orElseGet(() -> nothing(survey)));
        } catch (MemflowException undecodable) {
            return withoutSymbols(candidates, undecodable).orElseThrow(() -> undecodable);
        }
    }

    /**
     * A kernel image with a banner whose symbol table is damaged: its lists can still be found by structure. Only where
     * the shape of the page tables shows the image.
     */
    private Optional<Located> withoutSymbols(List<RootCandidate> candidates, MemflowException undecodable) {
        for (RootCandidate candidate : candidates.stream().limit(MOST_IMAGES).toList()) {
            ImageBytes bytes = ImageBytes.of(memory, candidate.image());
            Duration imageTime = steps.lap();
            Optional<String> banner = BannerText.in(bytes.segment());
            if (banner.isPresent()) {
                AddressFacts facts = AddressFacts.x86(candidate.format());
                SymbolTable exported = exported(bytes, candidate.image(), facts, undecodable)
                        .orElseGet(() -> new NoSymbols(undecodable.getMessage()));
                return Optional.of(noted(
                        new Located(candidate, facts, bytes, exported, banner, List.of(), imageTime, steps.lap())));
            }
        }
        return Optional.empty();
    }

    /** What the kernel exports to its modules, where its own table cannot be decoded. */
    private static Optional<SymbolTable> exported(
            ImageBytes bytes, KernelImage image, AddressFacts facts, MemflowException undecodable) {
        return Ksymtab.find(bytes.segment(), image.virtualBase(), facts.pointerBytes())
                .map(found ->
                        found.withDefects(List.of("%s The %d symbols that it exports (__ksymtab) are used instead."
                                .formatted(undecodable.getMessage(), found.size()))));
    }

    private Located byShape(List<RootCandidate> candidates) {
        String reason = "";
        List<KernelImage> images = candidates.stream()
                .map(RootCandidate::image)
                .distinct()
                .limit(MOST_IMAGES)
                .toList();
        for (KernelImage image : images) {
            try {
                RootCandidate best = best(candidates, image);
                return noted(decode(best, AddressFacts.x86(best.format()), Optional.empty(), List.of()));
            } catch (MemflowException notThisOne) {
                reason = notThisOne.getMessage();
            }
        }
        for (KernelImage image : images) {
            RootCandidate best = best(candidates, image);
            Optional<Located> partly = decodePartly(best, AddressFacts.x86(best.format()), Optional.empty(), List.of());
            if (partly.isPresent()) {
                return noted(partly.get());
            }
        }
        throw undecodable(images.getFirst(), reason);
    }

    private static RootCandidate best(List<RootCandidate> candidates, KernelImage image) {
        return candidates.stream()
                .filter(found -> found.image().equals(image))
                .findFirst()
                .orElseThrow();
    }

    /**
     * @param hasShape whether the shape of page tables shows an image, which tells more than a banner without symbols does
     */
    private Optional<Located> byBanner(MemorySurvey survey, boolean hasShape) {
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
        List<Located> decoded = new ArrayList<>();
        String reason = "";
        for (Traced root : bestOfEachImage(roots)) {
            KernelImage image = root.candidate().image();
            if (decoded.stream().anyMatch(other -> other.candidate().image().overlaps(image))) {
                continue;
            }
            try {
                decoded.add(confirmed(
                        decode(
                                root.candidate(),
                                root.facts(),
                                Optional.of(root.banner().text()),
                                survey.vmcoreinfos()),
                        roots,
                        survey));
            } catch (MemflowException notThisOne) {
                reason = notThisOne.getMessage();
            }
        }
        if (decoded.isEmpty()) {
            decoded.addAll(partlyByBanner(roots, survey));
        }
        if (decoded.isEmpty()) {
            MemflowException undecodable = undecodable(best.candidate().image(), reason);
            if (hasShape) {
                throw undecodable;
            }
            return Optional.of(byExports(best, undecodable, survey));
        }
        return Optional.of(noted(theLiveOne(decoded)));
    }

    /**
     * A kernel found by its banner whose symbol table is damaged, by what it exports.
     *
     * @throws MemflowException when that is not found either
     */
    private Located byExports(Traced root, MemflowException undecodable, MemorySurvey survey) {
        KernelImage image = root.candidate().image();
        ImageBytes bytes = ImageBytes.of(memory, image);
        Duration imageTime = steps.lap();
        SymbolTable exported = exported(bytes, image, root.facts(), undecodable).orElseThrow(() -> undecodable);
        return noted(new Located(
                root.candidate(),
                root.facts(),
                bytes,
                exported,
                Optional.of(root.banner().text()),
                survey.vmcoreinfos(),
                imageTime,
                steps.lap()));
    }

    /** The first image whose damaged symbols decode in part. */
    private List<Located> partlyByBanner(List<Traced> roots, MemorySurvey survey) {
        for (Traced root : bestOfEachImage(roots)) {
            Optional<Located> partly = decodePartly(
                    root.candidate(), root.facts(), Optional.of(root.banner().text()), survey.vmcoreinfos());
            try {
                if (partly.isPresent()) {
                    return List.of(confirmed(partly.get(), roots, survey));
                }
            } catch (MemflowException notThisOne) {
                // Its banner lies elsewhere: the next image may be the one.
                steps.lap();
            }
        }
        return List.of();
    }

    /** The best root of each image; of the same memory mapped twice, only the mapping that decodes counts. */
    private static List<Traced> bestOfEachImage(List<Traced> roots) {
        List<Traced> best = new ArrayList<>();
        for (Traced root : roots) {
            KernelImage image = root.candidate().image();
            if (best.size() < MOST_IMAGES
                    && best.stream()
                            .noneMatch(other -> other.candidate().image().equals(image))) {
                best.add(root);
            }
        }
        return best;
    }

    /** The one kernel whose root lies in its own image; a remainder of an earlier one has lost that, or much else. */
    private static Located theLiveOne(List<Located> decoded) {
        List<Located> whole = decoded.stream()
                .filter(found -> found.candidate.liesInsideImage())
                .toList();
        List<Located> left = whole.isEmpty() ? decoded : whole;
        if (left.size() > 1) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.TARGET_NOT_FOUND,
                    "%d kernels are in this memory, and nothing tells which one runs: %s. Give an image of one machine only."
                            .formatted(
                                    left.size(),
                                    left.stream().map(KernelSearch::describe).collect(Collectors.joining("; "))));
        }
        return left.getFirst();
    }

    private static String describe(Located found) {
        return "\"%s\" at physical %s, root table %s"
                .formatted(
                        found.banner.orElse("no banner"),
                        Address.format(found.candidate.image().physicalBase()),
                        Address.format(found.candidate.root()));
    }

    /**
     * The same with what its symbols say of the image. Where the image is part of a larger mapping, only the symbols tell
     * where it begins, and with that which roots lie inside it.
     *
     * @throws MemflowException when its symbols name a place without a banner as that of its own
     */
    private static Located confirmed(Located found, List<Traced> roots, MemorySurvey survey) {
        KernelImage image = found.candidate.image();
        OptionalLong banner = found.symbols.address("linux_banner");
        if (banner.isPresent()) {
            long physical = banner.getAsLong() - image.virtualBase() + image.physicalBase();
            if (survey.banners().stream().noneMatch(seen -> seen.physical() == physical)) {
                throw failed("The symbol linux_banner leads to no banner.");
            }
        }
        OptionalLong text = found.symbols.address("_text");
        if (found.facts.kernelFormat().canonicalForm() != CanonicalForm.ZEROS || text.isEmpty()) {
            return found;
        }
        KernelImage trimmed = image.from(text.getAsLong());
        RootCandidate best = roots.stream()
                .map(Traced::candidate)
                .filter(other -> other.image().equals(image) && trimmed.containsPhysical(other.root()))
                .findFirst()
                .orElse(found.candidate);
        RootCandidate confirmed =
                new RootCandidate(best.root(), best.format(), trimmed, best.kernelEntries(), best.userEntries());
        ImageBytes bytes =
                new ImageBytes(found.bytes.segment().asSlice(image.size() - trimmed.size()), found.bytes.unreadable());
        return new Located(
                confirmed,
                found.facts,
                bytes,
                found.symbols,
                found.banner,
                found.vmcoreinfos,
                found.imageTime,
                found.symbolTime);
    }

    private Located decode(
            RootCandidate candidate, AddressFacts facts, Optional<String> banner, List<Long> vmcoreinfos) {
        KernelImage image = candidate.image();
        ImageBytes bytes = ImageBytes.of(memory, image);
        Duration imageTime = steps.lap();
        Kallsyms symbols = Kallsyms.find(bytes.segment(), image.virtualBase(), facts.pointerBytes());
        return new Located(candidate, facts, bytes, symbols, banner, vmcoreinfos, imageTime, steps.lap());
    }

    /** As {@link #decode} for an image whose symbol table is damaged; empty when nothing of it can be told. */
    private Optional<Located> decodePartly(
            RootCandidate candidate, AddressFacts facts, Optional<String> banner, List<Long> vmcoreinfos) {
        KernelImage image = candidate.image();
        ImageBytes bytes = ImageBytes.of(memory, image);
        Duration imageTime = steps.lap();
        try {
            SymbolTable symbols = PartialKallsyms.find(bytes.segment(), image.virtualBase(), facts.pointerBytes());
            Optional<String> named = banner.or(() -> BannerText.in(bytes.segment()));
            return Optional.of(
                    new Located(candidate, facts, bytes, symbols, named, vmcoreinfos, imageTime, steps.lap()));
        } catch (MemflowException nothingLeft) {
            return Optional.empty();
        }
    }

    private Located noted(Located found) {
        KernelImage image = found.candidate.image();
        steps.add(
                "kernel image",
                Confidence.CONFIRMED,
                "%d MiB at %s, physical %s"
                        .formatted(
                                image.size() >> 20,
                                Address.format(image.virtualBase()),
                                Address.format(image.physicalBase())),
                found.imageTime);
        if (found.symbols instanceof Kallsyms kallsyms) {
            steps.add("symbols", Confidence.CONFIRMED, describe(kallsyms), found.symbolTime);
        } else if (found.symbols instanceof PartialKallsyms) {
            steps.add(
                    "symbols",
                    Confidence.LIKELY,
                    found.symbols.size() + " kallsyms. " + String.join(" ", found.symbols.defects()),
                    found.symbolTime);
        } else {
            Confidence confidence = found.symbols.size() > 0 ? Confidence.LIKELY : Confidence.MISSING;
            steps.add("symbols", confidence, String.join(" ", found.symbols.defects()), found.symbolTime);
        }
        return found;
    }

    private static String describe(Kallsyms symbols) {
        KallsymsLayout layout = symbols.layout();
        String order = switch (layout.order()) {
            case ADDRESSES_FIRST -> "addresses before names";
            case ADDRESSES_FIRST_WITH_SEQUENCE -> "addresses before names, sequence behind";
            case ADDRESSES_LAST -> "names before addresses";
        };
        String encoding = switch (layout.encoding()) {
            case ABSOLUTE -> "stored whole";
            case RELATIVE -> "relative to one base";
            case RELATIVE_ABSOLUTE_PERCPU -> "relative to one base but for per-CPU ones";
            case PLACE_RELATIVE -> "relative to their own places";
        };
        return symbols.size() + " kallsyms (" + order + ", " + encoding + "): " + String.join("; ", layout.evidence());
    }

    private MemflowException nothing(MemorySurvey survey) {
        String banners = survey.banners().isEmpty()
                ? ""
                : " Banners of kernels are there (\"%s\" at %s), but no table leads to one: base= may be another."
                        .formatted(
                                survey.banners().getFirst().text(),
                                Address.format(survey.banners().getFirst().physical()));
        return failed(
                ("No Linux kernel for x86-64, i386, arm64 or riscv64 in %s: none of its %d KiB holds a page table that"
                                + " maps a kernel image.%s A raw image of memory that does not start at address 0 needs"
                                + " base=; other systems and processors are not supported.")
                        .formatted(memory.description(), memory.map().totalBytes() >> 10, banners));
    }

    private static MemflowException undecodable(KernelImage image, String reason) {
        return failed(
                ("A kernel image is mapped at %s, but its symbol table (kallsyms) cannot be decoded: %s The kernel may"
                                + " be built without CONFIG_KALLSYMS, or the image is damaged.")
                        .formatted(Address.format(image.virtualBase()), reason));
    }

    private static MemflowException failed(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
