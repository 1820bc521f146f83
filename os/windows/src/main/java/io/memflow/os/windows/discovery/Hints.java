package io.memflow.os.windows.discovery;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the user, or the header of a dump, says of a kernel. It is checked, and used alone: a kernel that does not fit is
 * refused rather than looked for elsewhere.
 *
 * @param dtb physical address of the kernel's root page table
 * @param kernel virtual address inside the kernel's image
 * @param architecture the mode the kernel runs in
 */
public record Hints(OptionalLong dtb, OptionalLong kernel, Optional<WindowsArchitecture> architecture) {
    /** Nothing is known. */
    public static final Hints NONE = new Hints(OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

    private static final int HEXADECIMAL = 16;

    /**
     * Reads them as a user writes them.
     *
     * @throws MemflowException that quotes what cannot be read
     */
    public static Hints parse(Optional<String> dtb, Optional<String> kernel, Optional<String> architecture) {
        return new Hints(
                dtb.map(text -> OptionalLong.of(address("dtb", text))).orElse(OptionalLong.empty()),
                kernel.map(text -> OptionalLong.of(address("kernel_hint", text)))
                        .orElse(OptionalLong.empty()),
                architecture.map(Hints::architecture));
    }

    /** Whether an architecture is not ruled out. */
    boolean allow(WindowsArchitecture candidate) {
        return architecture.isEmpty() || architecture.get() == candidate;
    }

    private static long address(String key, String text) {
        String digits = text.replace("_", "");
        boolean prefixed = digits.startsWith("0x") || digits.startsWith("0X");
        try {
            return Long.parseUnsignedLong(prefixed ? digits.substring(2) : digits, HEXADECIMAL);
        } catch (NumberFormatException malformed) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.ARG_VALIDATION,
                    "Argument %s: \"%s\" is no address: write it in hexadecimal, such as 0x1ad000."
                            .formatted(key, text),
                    malformed);
        }
    }

    private static WindowsArchitecture architecture(String text) {
        return WindowsArchitecture.named(text)
                .orElseThrow(() -> new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.ARG_VALIDATION,
                        "Argument arch: \"%s\" is none of x86, x86_pae, x64, arm64.".formatted(text)));
    }
}
