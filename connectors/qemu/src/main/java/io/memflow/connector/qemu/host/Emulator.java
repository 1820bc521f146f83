package io.memflow.connector.qemu.host;

import io.memflow.host.layout.Processor;
import io.memflow.host.process.ExecutableName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of QEMU's programs a process runs. Immutable.
 *
 * @param name the executable's name, such as {@code qemu-system-x86_64}
 */
public record Emulator(String name) {
    /** With the leading dot and suffix that NixOS' wrapped executables have; qemu-kvm is what RHEL calls it. */
    private static final Pattern NAME = Pattern.compile("\\.?(qemu-system-[a-z0-9_]+|qemu-kvm)(-wrapped)?");

    private static final String FOR_ITS_OWN_PROCESSOR = "qemu-kvm";

    /**
     * The emulator in an executable's file.
     *
     * @param executable path, as the kernel gives it, which may end in " (deleted)"
     * @return empty for any other program
     */
    public static Optional<Emulator> ofExecutable(String executable) {
        Matcher matcher = NAME.matcher(ExecutableName.of(executable));
        return matcher.matches() ? Optional.of(new Emulator(matcher.group(1))) : Optional.empty();
    }

    /**
     * The guest's processor.
     *
     * @param own processor of the system that the emulator runs on, as {@code uname -m}, Java or an OS layer calls it
     */
    public Processor processor(String own) {
        return switch (name) {
            case "qemu-system-x86_64", "qemu-system-i386" -> Processor.X86;
            case "qemu-system-aarch64" -> Processor.ARM64;
            case "qemu-system-riscv64" -> Processor.RISCV64;
            case FOR_ITS_OWN_PROCESSOR -> Processor.ofName(own);
            default -> Processor.OTHER;
        };
    }
}
