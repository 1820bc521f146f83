package io.memflow.lab;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.DebugPort;
import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** One guest of the matrix, paused right after it had told all about itself, and what it told. Thread-safe. */
final class LabGuest implements AutoCloseable {
    private static final String READY = "LAB-READY";
    private static final String FAILED = "LAB-FAILED";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** What a guest is to do beyond its row of the matrix. */
    enum Symbols {
        /** Send the whole symbol table, a few seconds more. */
        SENT,
        LEFT_OUT
    }

    private final Guest guest;
    private final GuestKernel kernel;
    private final GroundTruth truth;
    private final Duration bootTime;

    private LabGuest(Guest guest, GuestKernel kernel, GroundTruth truth, Duration bootTime) {
        this.guest = guest;
        this.kernel = kernel;
        this.truth = truth;
        this.bootTime = bootTime;
    }

    /**
     * Installs what is missing and boots a row of the matrix with its symbol table sent and no extra workers.
     *
     * @throws io.memflow.guest.kernel.KernelUnreachableException when its kernel cannot be had from here
     */
    static LabGuest boot(LabKernel row, Consumer<String> progress) throws IOException {
        HostPackages.forLab().ensure(progress);
        GuestKernel kernel = row.source().resolve(progress);
        return boot(kernel, row.configuration(kernel, Workload.initramfs(kernel)), Symbols.SENT, 0, progress);
    }

    /** As {@link #boot}, with progress on standard output; the test is skipped, and says so, when the kernel cannot be had. */
    static LabGuest bootOrSkip(LabKernel row) throws IOException {
        try {
            return boot(row, System.out::println);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort(row + " is unreachable: " + unreachable.getMessage());
        }
    }

    /** As {@link #bootOrSkip}, with processes that come and go for as long as the guest runs. */
    static LabGuest bootRestlessOrSkip(LabKernel row) throws IOException {
        try {
            HostPackages.forLab().ensure(System.out::println);
            GuestKernel kernel = row.source().resolve(System.out::println);
            GuestConfiguration configuration = row.configuration(kernel, Workload.initramfs(kernel));
            String arguments = (configuration.kernelArguments() + " lab.churn").strip();
            return boot(kernel, configuration.withKernelArguments(arguments), Symbols.LEFT_OUT, 0, System.out::println);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort(row + " is unreachable: " + unreachable.getMessage());
        }
    }

    /**
     * Boots any configuration with the lab's initramfs.
     *
     * @param workers processes to start beyond the roles, each with one megabyte of its own
     */
    static LabGuest boot(
            GuestKernel kernel,
            GuestConfiguration configuration,
            Symbols symbols,
            int workers,
            Consumer<String> progress)
            throws IOException {
        String asked = (symbols == Symbols.SENT ? " lab.kallsyms" : "") + " lab.workers=" + workers;
        GuestConfiguration full = configuration
                .withKernelArguments((configuration.kernelArguments() + " " + asked.strip()).strip())
                .withDebugPort(configuration.architecture().hasPorts() ? DebugPort.ON : DebugPort.OFF);
        progress.accept("booting %s (%s)".formatted(configuration.name(), kernel.release()));
        long start = System.nanoTime();
        Guest guest = Guest.boot(full);
        try {
            guest.await(READY, LIMIT);
            guest.pause();
            Duration bootTime = Duration.ofNanos(System.nanoTime() - start);
            if (guest.console().contains(FAILED)) {
                throw new MemflowException(
                        ErrorOrigin.OTHER,
                        ErrorKind.UNKNOWN,
                        "The lab's programs failed in the guest: " + guest.console());
            }
            return new LabGuest(guest, kernel, truth(guest), bootTime);
        } catch (MemflowException | IOException e) {
            guest.close();
            throw e;
        }
    }

    private static GroundTruth truth(Guest guest) throws IOException {
        Optional<Path> port = guest.debugPort();
        return port.isPresent()
                ? GroundTruth.read(port.get())
                : GroundTruth.parse(ConsoleBytes.of(Files.readAllBytes(guest.consoleFile())));
    }

    Guest guest() {
        return guest;
    }

    GuestKernel kernel() {
        return kernel;
    }

    GroundTruth truth() {
        return truth;
    }

    /** From the start of QEMU until the guest was paused. */
    Duration bootTime() {
        return bootTime;
    }

    @Override
    public void close() {
        guest.close();
    }
}
