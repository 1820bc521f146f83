package io.memflow.lab.translation;

import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.kernel.DebianKernel;
import io.memflow.guest.kernel.GuestKernel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The guests that translation is proven on: every page-table format that a stock kernel uses under QEMU. */
enum TranslationGuest {
    X86_64_4_LEVEL(GuestArchitecture.X86_64, "max,la57=off", 160, "pti=off"),
    X86_64_4_LEVEL_ISOLATED(GuestArchitecture.X86_64, "max,la57=off", 160, "pti=on"),
    X86_64_5_LEVEL(GuestArchitecture.X86_64, "max", 160, "pti=off"),
    X86_64_5_LEVEL_ISOLATED(GuestArchitecture.X86_64, "max", 160, "pti=on"),
    I386_2_LEVEL(GuestArchitecture.I386, "max", 128, ""),
    I386_PAE(GuestArchitecture.I386, "max", 128, ""),
    ARM64_4K(GuestArchitecture.ARM64, "cortex-a57", 256, ""),
    /** 52-bit addresses; the processor's own pointer authentication would cost most of the time. */
    ARM64_16K(GuestArchitecture.ARM64, "max,pauth-impdef=on", 256, ""),
    RISCV64_SV39(GuestArchitecture.RISCV64, "rv64", 192, "no4lvl"),
    /** With pages of 64 KiB made of neighbouring entries. */
    RISCV64_SV48(GuestArchitecture.RISCV64, "rv64,svnapot=on", 192, "no5lvl");

    private final GuestArchitecture architecture;
    private final String cpu;
    private final int memoryMiB;
    private final String kernelArguments;

    TranslationGuest(GuestArchitecture architecture, String cpu, int memoryMiB, String kernelArguments) {
        this.architecture = architecture;
        this.cpu = cpu;
        this.memoryMiB = memoryMiB;
        this.kernelArguments = kernelArguments;
    }

    GuestArchitecture architecture() {
        return architecture;
    }

    /** Whether the monitor can list runs of pages: not at all on AArch64, and with five levels QEMU 7.2 never ends. */
    boolean listsRanges() {
        return switch (this) {
            case X86_64_5_LEVEL, X86_64_5_LEVEL_ISOLATED, ARM64_4K, ARM64_16K -> false;
            default -> true;
        };
    }

    /** Whether the kernel keeps two roots for a process, and forbids execution in the user half of its own. */
    boolean isIsolated() {
        return this == X86_64_4_LEVEL_ISOLATED || this == X86_64_5_LEVEL_ISOLATED;
    }

    /** Where its kernel comes from. */
    DebianKernel source() {
        return switch (this) {
            case X86_64_4_LEVEL, X86_64_4_LEVEL_ISOLATED, X86_64_5_LEVEL, X86_64_5_LEVEL_ISOLATED ->
                stable("linux-image-cloud-amd64");
            case I386_2_LEVEL -> stable("linux-image-686").of(architecture);
            case I386_PAE -> stable("linux-image-686-pae").of(architecture);
            case ARM64_4K -> stable("linux-image-cloud-arm64").of(architecture);
            case ARM64_16K ->
                DebianKernel.matching(
                                Pattern.compile("linux-image-6\\.12\\.[^-]+-arm64-16k"),
                                List.of("bookworm", "bookworm-security"))
                        .of(architecture);
            case RISCV64_SV39, RISCV64_SV48 ->
                DebianKernel.ofSuites("linux-image-riscv64", List.of("sid"))
                        .of(architecture)
                        .withoutModules();
        };
    }

    /** How its guest is started. */
    GuestConfiguration configuration(GuestKernel kernel, Path initramfs) {
        String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
        return GuestConfiguration.of(name, architecture, kernel.image(), initramfs)
                .withCpu(cpu)
                .withMemoryMiB(memoryMiB)
                .withKernelArguments(kernelArguments);
    }

    private static DebianKernel stable(String name) {
        return DebianKernel.ofSuites(name, List.of("bookworm", "bookworm-security"));
    }
}
