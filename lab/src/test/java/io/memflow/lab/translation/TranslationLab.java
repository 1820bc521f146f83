package io.memflow.lab.translation;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.Guest;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelUnreachableException;
import io.memflow.lab.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** A running guest of the translation matrix, and the means to catch its processor where it is wanted. Confined. */
final class TranslationLab implements AutoCloseable {
    private static final String FAILED = "LAB-FAILED";
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(3);

    /** The guest changes mode every 0.7 s of its own time; this is ample on a machine that is busy elsewhere. */
    private static final Duration CATCH_LIMIT = Duration.ofMinutes(2);

    /** How long the guest runs between two attempts to catch it. */
    private static final Duration BETWEEN = Duration.ofMillis(20);

    /** Pages whose places must be right for an address space to be taken for a process' own. */
    private static final int FINGERPRINT = 8;

    private final TranslationGuest row;
    private final Guest guest;
    private final GuestPicture picture;
    private final AddressOracle oracle;
    private Optional<PagingRegisters> inUserMode = Optional.empty();

    private TranslationLab(TranslationGuest row, Guest guest, GuestPicture picture) {
        this.row = row;
        this.guest = guest;
        this.picture = picture;
        this.oracle = new AddressOracle(guest.qmp());
    }

    /**
     * Installs what is missing, boots a row and waits for its picture.
     *
     * @throws KernelUnreachableException when its kernel cannot be had from here
     */
    static TranslationLab boot(TranslationGuest row, Consumer<String> progress) throws IOException {
        row.architecture()
                .packages()
                .and(List.of(row.architecture().compiler(), row.architecture().staticLibrary()))
                .ensure(progress);
        GuestKernel kernel = row.source().resolve(progress);
        progress.accept("booting %s (%s)".formatted(row, kernel.release()));
        Guest guest = Guest.boot(row.configuration(kernel, Workload.mappings(kernel, row.architecture())));
        try {
            guest.await(PictureReader.END, BOOT_LIMIT);
            String console = guest.console();
            if (console.contains(FAILED)) {
                throw new MemflowException(
                        ErrorOrigin.OTHER, ErrorKind.UNKNOWN, "The lab's program failed in the guest: " + console);
            }
            return new TranslationLab(row, guest, PictureReader.read(console));
        } catch (MemflowException e) {
            guest.close();
            throw e;
        }
    }

    /** As {@link #boot}, with progress on standard output; the test is skipped, and says so, when the kernel cannot be had. */
    static TranslationLab bootOrSkip(TranslationGuest row) throws IOException {
        try {
            return boot(row, System.out::println);
        } catch (KernelUnreachableException unreachable) {
            return Assumptions.abort(row + " is unreachable: " + unreachable.getMessage());
        }
    }

    GuestPicture picture() {
        return picture;
    }

    /**
     * Pauses the guest in a mode and with the spinner's address space, and asks everybody about it. The truth holds until
     * the next call.
     *
     * @param folder for a socket of a moment
     * @throws MemflowException when the processor is never caught that way
     */
    TranslationTruth capture(ProcessorMode mode, Path folder) throws IOException {
        PagingRegisters registers = catchIn(mode, folder);
        List<MonitorPage> pages = hasPageList() ? MonitorPage.parse(guest.qmp().humanMonitor("info tlb")) : List.of();
        Map<Long, OptionalLong> asked = new HashMap<>();
        for (long address : Questions.of(picture, row.architecture(), mode, pages)) {
            asked.put(address, oracle.physical(address));
        }
        Path ram = guest.ramFile().orElseThrow();
        return new TranslationTruth(row, mode, registers, pages, ranges(), Map.copyOf(asked), picture, oracle, ram);
    }

    @Override
    public void close() {
        guest.close();
    }

    private PagingRegisters catchIn(ProcessorMode mode, Path folder) throws IOException {
        long deadline = System.nanoTime() + CATCH_LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            guest.pause();
            String text = guest.qmp().humanMonitor("info registers");
            if (mode(text).equals(Optional.of(mode))) {
                PagingRegisters registers = registers(text, folder);
                if (isSpinners(mode, registers)) {
                    if (mode == ProcessorMode.USER) {
                        inUserMode = Optional.of(registers);
                    }
                    return registers;
                }
            }
            guest.resume();
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        throw new MemflowException(
                ErrorOrigin.OTHER,
                ErrorKind.UNKNOWN,
                "%s was never caught in %s mode with the spinner's address space.".formatted(row, mode));
    }

    private Optional<ProcessorMode> mode(String registers) {
        return switch (row.architecture()) {
            case X86_64, I386 -> RegisterText.modeOfX86(registers);
            case ARM64 -> RegisterText.modeOfArm64(registers);
            case RISCV64 -> RegisterText.modeOfRiscV64(registers);
        };
    }

    private PagingRegisters registers(String text, Path folder) throws IOException {
        return switch (row.architecture()) {
            case X86_64, I386 -> RegisterText.x86(text);
            case ARM64 -> GdbRegisters.read(guest.qmp(), folder);
            case RISCV64 -> RegisterText.riscV64(text);
        };
    }

    /** In user mode by some of its pages, in the kernel by what the registers had in user mode. */
    private boolean isSpinners(ProcessorMode mode, PagingRegisters registers) {
        if (mode == ProcessorMode.USER) {
            return isMapped(picture.spinner().areas().stream()
                    .filter(area -> area.name().equals("[stack]"))
                    .flatMap(area -> area.pages().stream())
                    .limit(FINGERPRINT)
                    .toList());
        }
        // On AArch64 the lower half may be switched off in the kernel, and the upper half is always the kernel's own.
        return isKernelMapped()
                && (registers instanceof PagingRegisters.Arm64
                        || inUserMode.stream().anyMatch(user -> user.addressSpace() == registers.addressSpace()));
    }

    private boolean isMapped(List<PagemapEntry> pages) {
        return !pages.isEmpty()
                && pages.stream()
                        .allMatch(page -> oracle.physical(page.address()).equals(OptionalLong.of(page.physical())));
    }

    /** With page-table isolation the first instructions of an exception run in the kernel, but without its half. */
    private boolean isKernelMapped() {
        return picture.segments().stream()
                .filter(segment -> segment.physical().isPresent())
                .anyMatch(segment -> oracle.physical(segment.start()).equals(segment.physical()));
    }

    /** QEMU lists single pages for x86 only. */
    private boolean hasPageList() {
        return row.architecture().hasPorts();
    }

    private List<MonitorRange> ranges() {
        if (!row.listsRanges()) {
            return List.of();
        }
        String text = guest.qmp().humanMonitor("info mem");
        return hasPageList() ? MonitorRange.parseX86(text) : MonitorRange.parseRiscV(text);
    }
}
