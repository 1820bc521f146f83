package io.memflow.os.minidump.kernel;

import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ModuleInfo.Presence;
import io.memflow.core.os.Provenance;
import io.memflow.formats.crashdump.DumpDriver;
import io.memflow.formats.crashdump.TriageDump;
import io.memflow.formats.crashdump.UnloadedDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The drivers that a triage dump lists: those that were loaded, then those that had been unloaded. Stateless. */
final class DriverRows {
    private static final Provenance LOADED = new Provenance(List.of("triage-drivers"), List.of());
    private static final Provenance UNLOADED = new Provenance(List.of("triage-unloaded-drivers"), List.of());

    private DriverRows() {}

    /** All of them. */
    static List<ModuleInfo> of(TriageDump triage) {
        List<ModuleInfo> rows = new ArrayList<>();
        for (DumpDriver driver : triage.drivers()) {
            rows.add(new ModuleInfo(
                    null, driver.name(), driver.path(), driver.base(), driver.bytes(), Presence.LOADED, LOADED));
        }
        for (UnloadedDriver driver : triage.unloadedDrivers()) {
            rows.add(new ModuleInfo(
                    null,
                    driver.name(),
                    null,
                    driver.start(),
                    Math.max(0, driver.end() - driver.start()),
                    Presence.UNLOADED,
                    UNLOADED));
        }
        return rows;
    }

    /** Where an address lies, such as {@code hal.dll+0x12}; empty in none that was loaded. */
    static Optional<String> place(TriageDump triage, long address) {
        return triage.drivers().stream()
                .filter(driver -> Long.compareUnsigned(address - driver.base(), driver.bytes()) < 0)
                .map(driver -> "%s+0x%x".formatted(driver.name(), address - driver.base()))
                .findFirst();
    }
}
