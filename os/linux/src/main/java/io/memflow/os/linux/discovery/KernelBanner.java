package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.KernelVersion;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The text that names a kernel's version and build.
 *
 * @param text as the kernel has it
 * @param origin how it was found, as what follows it in a sentence; empty when a symbol names it
 */
record KernelBanner(String text, String origin, Confidence confidence) {
    /** The symbol of the text. */
    static final String SYMBOL = "linux_banner";

    private static final int MOST_BYTES = 512;

    /**
     * The banner of a kernel; where it is damaged, what {@code init_uts_ns} says.
     *
     * @throws MemflowException when neither names a version
     */
    static KernelBanner of(LocatedKernel located, VirtualMemory view) {
        OptionalLong symbol = located.symbols().address(SYMBOL);
        if (symbol.isEmpty() && located.banner().isPresent()) {
            return new KernelBanner(located.banner().get(), ", in the image; no symbol names it", Confidence.CONFIRMED);
        }
        long address = symbol.orElseThrow(
                () -> failed("The kernel's symbol table has no linux_banner, so its version is not known."));
        String why;
        try {
            String banner = view.readUtf8Lossy(address, MOST_BYTES);
            if (KernelVersion.ofBanner(banner).isPresent()) {
                return new KernelBanner(banner, "", Confidence.CONFIRMED);
            }
            why = "it names no version";
        } catch (MemflowException unreadable) {
            why = String.valueOf(unreadable.getMessage());
        }
        OptionalLong namespace = located.symbols().address("init_uts_ns");
        Optional<String> name = namespace.isEmpty() ? Optional.empty() : SystemName.banner(view, namespace.getAsLong());
        String banner = name.orElse("");
        if (KernelVersion.ofBanner(banner).isEmpty()) {
            throw failed("The kernel's version string at " + Address.format(address) + " is damaged: " + why
                    + " Neither does init_uts_ns name a version.");
        }
        return new KernelBanner(banner, ", by init_uts_ns; the banner is damaged: " + why, Confidence.LIKELY);
    }

    private static MemflowException failed(String message) {
        return new MemflowException(ErrorOrigin.OS_LAYER, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
