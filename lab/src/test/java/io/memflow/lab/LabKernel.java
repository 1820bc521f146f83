package io.memflow.lab;

import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.Machine;
import io.memflow.guest.Monitor;
import io.memflow.guest.RamBacking;
import io.memflow.guest.kernel.DebianKernel;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The guests every cross check runs on. Kernels, paging modes, RAM backings, machines and monitors are mixed so that each
 * kind is met at least once.
 */
enum LabKernel {
    /** 4-level paging; RAM in a shared file. */
    V6_1("max,la57=off", 96, 1, Machine.Q35, RamBacking.SHARED_FILE, "", Monitor.ON),
    /** 5-level paging, two processors, page-table isolation; RAM in a memfd. */
    V6_1_LA57("max", 128, 2, Machine.Q35, RamBacking.MEMFD, "pti=on", Monitor.ON),
    /** Private RAM without a backend, the old machine, and no monitor to ask. */
    V6_12("max,la57=off", 112, 1, Machine.PC, RamBacking.NONE, "", Monitor.OFF),
    /** The oldest: no maple tree; private RAM with a backend. */
    V5_10("max", 96, 1, Machine.Q35, RamBacking.ANONYMOUS_BACKEND, "", Monitor.ON),
    /** 5-level paging; a memfd, and no monitor to ask. */
    V7_2("max", 160, 1, Machine.Q35, RamBacking.MEMFD, "", Monitor.OFF),
    /** CONFIG_PREEMPT_RT: locks of other sizes and shapes in most structures; two processors. */
    V6_1_RT("max,la57=off", 160, 2, Machine.Q35, RamBacking.MEMFD, "", Monitor.OFF),
    /** The newest that Debian's suites have. */
    V7_3("max", 160, 1, Machine.Q35, RamBacking.MEMFD, "", Monitor.OFF),
    /** The newest with CONFIG_PREEMPT_RT. */
    V7_3_RT("max", 224, 1, Machine.Q35, RamBacking.MEMFD, "", Monitor.OFF);

    private final String cpu;
    private final int memoryMiB;
    private final int cpus;
    private final Machine machine;
    private final RamBacking ramBacking;
    private final String kernelArguments;
    private final Monitor monitor;

    LabKernel(
            String cpu,
            int memoryMiB,
            int cpus,
            Machine machine,
            RamBacking ramBacking,
            String kernelArguments,
            Monitor monitor) {
        this.cpu = cpu;
        this.memoryMiB = memoryMiB;
        this.cpus = cpus;
        this.machine = machine;
        this.ramBacking = ramBacking;
        this.kernelArguments = kernelArguments;
        this.monitor = monitor;
    }

    /** The rows that boot with every run of the lab, and with {@code lab.heavy} all. */
    static Stream<LabKernel> matrix() {
        return Stream.of(values()).filter(row -> row != V7_3_RT || Boolean.getBoolean("lab.heavy"));
    }

    /** Where its kernel comes from. */
    KernelSource source() {
        return switch (this) {
            case V6_1, V6_1_LA57 -> cloud("bookworm", "bookworm-security");
            case V6_12 -> v612();
            case V5_10 -> cloud("bullseye", "bullseye-security");
            case V7_2 -> cloud("sid");
            case V6_1_RT -> DebianKernel.ofSuites("linux-image-rt-amd64", List.of("bookworm", "bookworm-security"));
            case V7_3 -> cloud("trixie-backports");
            case V7_3_RT -> DebianKernel.ofSuites("linux-image-rt-amd64", List.of("trixie-backports"));
        };
    }

    /** How its guest is started. */
    GuestConfiguration configuration(GuestKernel kernel, Path initramfs) {
        String name = "lab-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        return GuestConfiguration.of(name, kernel.image(), initramfs)
                .withCpu(cpu)
                .withMemoryMiB(memoryMiB)
                .withCpus(cpus)
                .withMachine(machine)
                .withRamBacking(ramBacking)
                .withKernelArguments(kernelArguments)
                .withMonitor(monitor);
    }

    private static KernelSource cloud(String... suites) {
        return DebianKernel.ofSuites("linux-image-cloud-amd64", List.of(suites));
    }

    private static KernelSource v612() {
        return DebianKernel.matching(
                Pattern.compile("linux-image-6\\.12\\.[^-]+-cloud-amd64"), List.of("bookworm", "bookworm-security"));
    }
}
