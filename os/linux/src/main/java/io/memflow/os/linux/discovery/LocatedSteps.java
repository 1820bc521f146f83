package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.kallsyms.Kallsyms;
import io.memflow.formats.kallsyms.KallsymsLayout;
import io.memflow.formats.kallsyms.PartialKallsyms;

/** Tells the steps that led to a kernel image and its symbols. Stateless. */
final class LocatedSteps {
    private static final String SYMBOLS = "symbols";

    private LocatedSteps() {}

    /** Adds them, and gives the kernel back. */
    static LocatedKernel note(LocatedKernel found, DiscoverySteps steps) {
        KernelImage image = found.candidate().image();
        steps.add(
                "kernel image",
                Confidence.CONFIRMED,
                "%d MiB at %s, physical %s"
                        .formatted(
                                image.size() >> 20,
                                Address.format(image.virtualBase()),
                                Address.format(image.physicalBase())),
                found.imageTime());
        if (found.symbols() instanceof Kallsyms kallsyms) {
            steps.add(SYMBOLS, Confidence.CONFIRMED, describe(kallsyms), found.symbolTime());
        } else {
            boolean some = found.symbols().size() > 0;
            String count =
                    found.symbols() instanceof PartialKallsyms ? found.symbols().size() + " kallsyms. " : "";
            steps.add(
                    SYMBOLS,
                    some ? Confidence.LIKELY : Confidence.MISSING,
                    count + String.join(" ", found.symbols().defects()),
                    found.symbolTime());
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
}
