package io.memflow.lab;

import io.memflow.core.error.MemflowException;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.Monitor;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.kernel.DebianKernel;
import io.memflow.guest.kernel.GuestBusybox;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** The guests of other architectures than x86-64 that the Linux layer is proven on. */
enum ForeignKernel {
    /** Names no data in its symbol table, 48-bit addresses. */
    ARM64_6_1(GuestArchitecture.ARM64, "cortex-a57", 128, "", Weight.LIGHT),
    /** 16 KiB pages, 52-bit addresses. */
    ARM64_6_12_16K(GuestArchitecture.ARM64, "max,pauth-impdef=on", 256, "", Weight.LIGHT),
    RISCV64_7_2_SV39(GuestArchitecture.RISCV64, "rv64", 192, "no4lvl", Weight.LIGHT),
    RISCV64_7_2_SV48(GuestArchitecture.RISCV64, "rv64", 192, "no5lvl", Weight.HEAVY),
    /** No maple tree, and no data in the symbol table. */
    ARM64_5_10(GuestArchitecture.ARM64, "cortex-a57", 128, "", Weight.HEAVY),
    /** 4 KiB pages, 52-bit addresses in five levels. */
    ARM64_6_12(GuestArchitecture.ARM64, "max,pauth-impdef=on", 192, "", Weight.HEAVY),
    ARM64_7_2(GuestArchitecture.ARM64, "max,pauth-impdef=on", 192, "", Weight.HEAVY),
    I386_6_1_PAE(GuestArchitecture.I386, "max", 96, "", Weight.LIGHT),
    I386_6_1(GuestArchitecture.I386, "max", 96, "", Weight.LIGHT),
    I386_5_10_PAE(GuestArchitecture.I386, "max", 96, "", Weight.HEAVY),
    I386_5_10(GuestArchitecture.I386, "max", 96, "", Weight.HEAVY);

    private static final List<String> BOOKWORM = List.of("bookworm", "bookworm-security");

    /** Whether a row boots with every run of the lab, or only when {@code lab.heavy} is set. */
    enum Weight {
        LIGHT,
        HEAVY
    }

    private final GuestArchitecture architecture;
    private final String cpu;
    private final int memoryMiB;
    private final String kernelArguments;
    private final Weight weight;

    ForeignKernel(GuestArchitecture architecture, String cpu, int memoryMiB, String kernelArguments, Weight weight) {
        this.architecture = architecture;
        this.cpu = cpu;
        this.memoryMiB = memoryMiB;
        this.kernelArguments = kernelArguments;
        this.weight = weight;
    }

    /** Debian's arm64 kernels name data from 6.12 on; its i386 kernels name none and carry no types. */
    LinuxComparison.Symbols symbols() {
        if (architecture == GuestArchitecture.I386) {
            return LinuxComparison.Symbols.FUNCTIONS_WITHOUT_TYPES;
        }
        return this == ARM64_6_1 || this == ARM64_5_10
                ? LinuxComparison.Symbols.FUNCTIONS
                : LinuxComparison.Symbols.ALL;
    }

    GuestArchitecture architecture() {
        return architecture;
    }

    Weight weight() {
        return weight;
    }

    private DebianKernel source() {
        DebianKernel source = switch (this) {
            case ARM64_6_1 -> DebianKernel.ofSuites("linux-image-cloud-arm64", BOOKWORM);
            case ARM64_5_10 -> DebianKernel.ofSuites("linux-image-cloud-arm64", List.of("bullseye"));
            case ARM64_6_12_16K -> matching("linux-image-6\\.12\\.[^-]+-arm64-16k");
            case ARM64_6_12 -> matching("linux-image-6\\.12\\.[^-]+-cloud-arm64");
            case ARM64_7_2 -> DebianKernel.ofSuites("linux-image-cloud-arm64", List.of("sid"));
            case RISCV64_7_2_SV39, RISCV64_7_2_SV48 -> DebianKernel.ofSuites("linux-image-riscv64", List.of("sid"));
            case I386_6_1_PAE -> DebianKernel.ofSuites("linux-image-686-pae", BOOKWORM);
            case I386_6_1 -> DebianKernel.ofSuites("linux-image-686", BOOKWORM);
            case I386_5_10_PAE -> DebianKernel.ofSuites("linux-image-686-pae", List.of("bullseye"));
            case I386_5_10 -> DebianKernel.ofSuites("linux-image-686", List.of("bullseye"));
        };
        return source.of(architecture);
    }

    private static DebianKernel matching(String name) {
        return DebianKernel.matching(Pattern.compile(name), BOOKWORM);
    }

    /**
     * Installs what is missing and boots it; the test is skipped, and says so, when the kernel cannot be had from here.
     *
     * @throws MemflowException when the guest does not come up
     */
    LabGuest bootOrSkip(Consumer<String> progress) throws IOException {
        return bootOrSkip(Monitor.ON, progress);
    }

    /** As the other, where nobody but the lab can ask the guest's monitor. */
    LabGuest bootOrSkip(Monitor monitor, Consumer<String> progress) throws IOException {
        try {
            ensurePackages(progress);
            // Debian has RISC-V only in suites that are younger than the other architectures' kernels here.
            List<String> suites = List.of(architecture == GuestArchitecture.RISCV64 ? "sid" : "bookworm");
            Path busybox = GuestBusybox.of(architecture, suites, progress);
            GuestKernel kernel = source().resolve(progress);
            GuestConfiguration configuration = configuration(kernel, Workload.initramfs(kernel, architecture, busybox))
                    .withMonitor(monitor);
            return LabGuest.boot(kernel, configuration, LabGuest.Symbols.SENT, 0, progress);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort(this + " is unreachable: " + unreachable.getMessage());
        }
    }

    /** How a guest of it with the pages of {@code paging.c} is started; throws as {@link #bootOrSkip} does. */
    GuestConfiguration paging(Consumer<String> progress) throws IOException {
        ensurePackages(progress);
        GuestKernel kernel = source().resolve(progress);
        return configuration(kernel, Workload.paging(kernel, architecture));
    }

    private void ensurePackages(Consumer<String> progress) throws IOException {
        HostPackages.forLab().ensure(progress);
        architecture
                .packages()
                .and(List.of(architecture.compiler(), architecture.staticLibrary(), HostProgram.BUSYBOX))
                .ensure(progress);
    }

    private GuestConfiguration configuration(GuestKernel kernel, Path initramfs) {
        String name = "lab-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        return GuestConfiguration.of(name, architecture, kernel.image(), initramfs)
                .withCpu(cpu)
                .withMemoryMiB(memoryMiB)
                .withKernelArguments(kernelArguments);
    }
}
