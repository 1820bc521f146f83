package io.memflow.guest;

import io.memflow.guest.architecture.GuestArchitecture;
import java.nio.file.Path;

/**
 * All that decides how a guest is started. Immutable; made by {@link #of} and the {@code with} methods.
 *
 * @param name shown in QEMU's {@code -name}; letters, digits, {@code -} and {@code .}
 * @param architecture its processor's architecture
 * @param kernel a kernel image that QEMU can start: on x86 a bzImage, elsewhere an Image
 * @param initramfs its first root file system
 * @param cpu QEMU's {@code -cpu}, for example {@code max,la57=off}
 * @param memoryMiB RAM size
 * @param cpus number of virtual processors
 * @param machine the machine model
 * @param ramBacking where RAM is kept
 * @param kernelArguments appended to the kernel's command line
 * @param monitor whether others can reach the monitor
 * @param debugPort whether the guest has the debug port
 * @param accelerator QEMU's {@code -accel}
 * @param scratch folder in which the guest gets a folder of its own
 */
public record GuestConfiguration(
        String name,
        GuestArchitecture architecture,
        Path kernel,
        Path initramfs,
        String cpu,
        int memoryMiB,
        int cpus,
        Machine machine,
        RamBacking ramBacking,
        String kernelArguments,
        Monitor monitor,
        DebugPort debugPort,
        String accelerator,
        Path scratch) {

    private static final int DEFAULT_MEMORY_MIB = 128;

    /** The largest guest anybody means to boot here; more is a slip of the unit. */
    private static final int MOST_MEMORY_MIB = 1 << 20;

    public GuestConfiguration {
        if (!name.matches("[A-Za-z0-9.-]+")) {
            throw new IllegalArgumentException("a guest's name has letters, digits, '-' and '.' only: " + name);
        }
        if (memoryMiB < 1 || memoryMiB > MOST_MEMORY_MIB || cpus < 1) {
            throw new IllegalArgumentException("a guest needs 1 to %d MiB and a processor, not %d MiB and %d processors"
                    .formatted(MOST_MEMORY_MIB, memoryMiB, cpus));
        }
        if (!machine.isOf(architecture)) {
            throw new IllegalArgumentException("%s has no machine %s".formatted(architecture, machine));
        }
        if (debugPort == DebugPort.ON && !architecture.hasPorts()) {
            throw new IllegalArgumentException("%s has no I/O ports, and so no debug port".formatted(architecture));
        }
    }

    /** 128 MiB, one processor with all that TCG offers but 5-level paging, q35, RAM in a shared file, monitor on. */
    public static GuestConfiguration of(String name, Path kernel, Path initramfs) {
        return of(name, GuestArchitecture.X86_64, kernel, initramfs);
    }

    /** The same for any architecture, with its default processor and machine. */
    public static GuestConfiguration of(String name, GuestArchitecture architecture, Path kernel, Path initramfs) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                architecture.defaultCpu(),
                DEFAULT_MEMORY_MIB,
                1,
                Machine.defaultOf(architecture),
                RamBacking.SHARED_FILE,
                "",
                Monitor.ON,
                DebugPort.OFF,
                "tcg",
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    public GuestConfiguration withCpu(String cpu) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withMemoryMiB(int memoryMiB) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withCpus(int cpus) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withMachine(Machine machine) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withRamBacking(RamBacking ramBacking) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withKernelArguments(String kernelArguments) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withMonitor(Monitor monitor) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withDebugPort(DebugPort debugPort) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withAccelerator(String accelerator) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }

    public GuestConfiguration withScratch(Path scratch) {
        return new GuestConfiguration(
                name,
                architecture,
                kernel,
                initramfs,
                cpu,
                memoryMiB,
                cpus,
                machine,
                ramBacking,
                kernelArguments,
                monitor,
                debugPort,
                accelerator,
                scratch);
    }
}
