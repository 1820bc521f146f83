package io.memflow.os.windows.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds root page tables and the kernel's image in what they map; each proves the other. Confined to one call. */
final class KernelSearch {
    /** Roots of one architecture that are tried: each costs a walk of the kernel's part of its tables. */
    private static final int MOST_TRIED = 64;

    private final PhysicalMemory memory;
    private final Hints hints;
    private final DiscoverySteps steps;
    private final MemorySurvey survey;
    private final RootCandidates byShape;
    private final Map<WindowsArchitecture, List<RootCandidate>> found = new EnumMap<>(WindowsArchitecture.class);
    private final LowStub stub;

    KernelSearch(PhysicalMemory memory, Hints hints, DiscoverySteps steps, MemorySurvey survey) {
        this.memory = memory;
        this.hints = hints;
        this.steps = steps;
        this.survey = survey;
        byShape = new RootCandidates(memory, survey);
        stub = LowStub.find(memory);
    }

    /** Root page tables of an architecture by their shape, the most likely one first. */
    List<RootCandidate> roots(WindowsArchitecture architecture) {
        return found.computeIfAbsent(architecture, byShape::of);
    }

    /**
     * The kernel.
     *
     * @throws MemflowException that says what was looked at, and what to try
     */
    KernelImage find() {
        List<RootCandidate> candidates = candidates();
        if (candidates.isEmpty()) {
            throw notFound(
                    "No page of memory maps itself as the page tables of Windows kernels on %s do. Is this Windows, is"
                                    .formatted(architectures())
                            + " the image whole and does it begin at address 0? With dtb= and arch= the page tables can be named.");
        }
        steps.add("page tables", Confidence.LIKELY, describe(candidates));
        ImageSearch search = new ImageSearch(survey.images());
        for (RootCandidate candidate : candidates) {
            Optional<KernelImage> found = tryIn(candidate, search);
            if (found.isPresent()) {
                KernelImage kernel = found.get();
                steps.add(
                        "kernel image",
                        Confidence.CONFIRMED,
                        "ntoskrnl.exe at %s, %d KiB, mapped by the root at %s: %s"
                                .formatted(
                                        Address.format(kernel.image().base()),
                                        kernel.image().size() / 1024,
                                        Address.format(candidate.root()),
                                        kernel.origin()));
                return kernel;
            }
        }
        throw notFound(
                ("%d root page tables (%s) were looked through, the first at %s, and none maps the image of a kernel"
                                + " (%d pages in memory look like its first one).%s")
                        .formatted(
                                candidates.size(),
                                architectures(),
                                Address.format(candidates.getFirst().root()),
                                survey.images().length,
                                hints.equals(Hints.NONE)
                                        ? " With kernel_hint= an address inside the kernel can be named."
                                        : " What dtb=, kernel_hint= and arch= say was used as it is: leave out what is not sure."));
    }

    private Optional<KernelImage> tryIn(RootCandidate candidate, ImageSearch search) {
        VirtualMemory space = candidate.memory(memory);
        if (hints.kernel().isPresent()) {
            long hint = hints.kernel().getAsLong();
            return ImageSearch.around(candidate, space, hint, "the nearest image below kernel_hint=");
        }
        Optional<KernelImage> mapped = search.in(candidate, space);
        return mapped.isEmpty() && isStarted(candidate.architecture())
                ? ImageSearch.around(candidate, space, stub.entry(), "the nearest image below the start block's target")
                : mapped;
    }

    /** Whether the block that starts processors is one of that architecture. */
    private boolean isStarted(WindowsArchitecture architecture) {
        return architecture == WindowsArchitecture.X64 && stub.isFound();
    }

    private List<RootCandidate> candidates() {
        List<RootCandidate> candidates = new ArrayList<>();
        for (WindowsArchitecture architecture : WindowsArchitecture.values()) {
            if (!hints.allow(architecture)) {
                continue;
            }
            if (hints.dtb().isPresent()) {
                candidates.add(new RootCandidate(architecture, hints.dtb().getAsLong(), 0, "named by dtb="));
            } else {
                named(architecture).ifPresent(candidates::add);
                roots(architecture).stream().limit(MOST_TRIED).forEach(candidates::add);
            }
        }
        return candidates;
    }

    /** The root that the header of a dump or the start block of processors names. */
    private Optional<RootCandidate> named(WindowsArchitecture architecture) {
        Optional<CrashDump> dump = memory.capability(CrashDump.class);
        if (dump.isPresent() && dump.get().header().width().bytes() == architecture.pointerBytes()) {
            long root = dump.get().header().directoryTable();
            return Optional.of(new RootCandidate(architecture, root, 0, "named by the header of the dump"));
        }
        return isStarted(architecture)
                ? Optional.of(new RootCandidate(architecture, stub.dtb(), 0, "named by the start block of processors"))
                : Optional.empty();
    }

    private static String describe(List<RootCandidate> candidates) {
        RootCandidate first = candidates.getFirst();
        return "%d candidates, the first at %s (%s): %s"
                .formatted(
                        candidates.size(),
                        Address.format(first.root()),
                        first.architecture().label(),
                        first.origin());
    }

    private String architectures() {
        return Arrays.stream(WindowsArchitecture.values())
                .filter(hints::allow)
                .map(WindowsArchitecture::label)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static MemflowException notFound(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
