package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.connector.qemu.layout.LayoutSearch;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.host.layout.LayoutOutcome;
import io.memflow.host.layout.RamOpener;
import io.memflow.host.ram.ResidentPages;
import java.util.List;

/**
 * Memory of a machine whose monitor cannot be asked: every layout that its command line allows is put to the test, and
 * exactly one must pass.
 *
 * @param monitorFailures why no monitor answered; empty when there is none
 */
record DerivedRam(RamAccess access, List<String> monitorFailures) {
    private static final String REMEDY =
            "wait until a 64-bit guest runs, or start QEMU with -qmp unix:PATH,server=on,wait=off so that its monitor can be asked";

    /**
     * Opens the one layout that is confirmed.
     *
     * @throws MemflowException when none is, or more than one
     */
    PhysicalMemory open() {
        QemuProcess process = access.process();
        RamOpener opener = (pieces, source) -> access.readOnly().open(pieces, source);
        LayoutSearch search = new LayoutSearch(
                process.processor(),
                process.commandLine(),
                access.mappings(),
                ResidentPages.of(process.identity().procFs(), process.pid()),
                opener);
        return switch (search.run()) {
            case LayoutOutcome.Confirmed found -> access.open(found.pieces(), LayoutOutcome.SOURCE);
            case LayoutOutcome.Refused refused -> throw refusal(refused.found());
        };
    }

    private MemflowException refusal(String found) {
        String asked = monitorFailures.isEmpty()
                ? "it has no QMP monitor on a Unix socket that can be reached"
                : "its monitor could not be asked (%s)".formatted(String.join(" ", monitorFailures));
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.NOT_SUPPORTED,
                "The memory layout of %s is not known for sure: %s, and %s: %s."
                        .formatted(access.process().description(), asked, found, REMEDY));
    }
}
