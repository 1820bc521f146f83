package io.memflow.cli.demo;

import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.Credentials;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Row;
import io.memflow.guest.PlantedProcess;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** Compares what was found in a guest with what was planted there. Confined. */
final class Checklist {
    private final List<PlantedProcess> planted;
    private final List<String> modules;
    private final List<String> different = new ArrayList<>();
    private boolean regionsRead;
    private boolean environmentRead;
    private boolean complete = true;

    Checklist(List<PlantedProcess> planted, List<String> modules) {
        this.planted = List.copyOf(planted);
        this.modules = List.copyOf(modules);
    }

    void compare(Listing<ProcessInfo> processes, Listing<ModuleInfo> loaded) {
        note(processes);
        note(loaded);
        for (PlantedProcess wanted : planted) {
            if (processes.rows().stream().noneMatch(found -> isSame(wanted, found))) {
                different.add("process " + wanted.name());
            }
        }
        for (String wanted : modules) {
            if (loaded.rows().stream().noneMatch(found -> found.name().equals(wanted))) {
                different.add("module " + wanted);
            }
        }
    }

    void compare(Listing<MemoryRegion> regions) {
        note(regions);
        regionsRead = !regions.rows().isEmpty();
    }

    void compare(List<EnvironmentVariable> environment) {
        environmentRead = planted.getFirst().environment().stream()
                .allMatch(wanted ->
                        environment.stream().anyMatch(found -> wanted.equals(found.name() + "=" + found.value())));
    }

    /** Says whether all was found as it was planted. */
    ExitStatus conclude(Writer out, Diagnostics diagnostics) throws IOException {
        if (!regionsRead) {
            different.add("the memory regions of " + planted.getFirst().name());
        }
        if (!environmentRead) {
            different.add("the environment of " + planted.getFirst().name());
        }
        if (!different.isEmpty()) {
            out.flush();
            diagnostics.say("Not found as it was planted in the guest: " + String.join(", ", different)
                    + ". This is a fault in memflow; report it with the output above.");
            return ExitStatus.FAILED;
        }
        out.append("\nAll as it was planted: " + planted.size() + " processes with their users and command lines, "
                + modules.size() + " modules, and the secret that was made up for this boot.\n");
        if (!complete) {
            out.flush();
            diagnostics.say("Some parts could not be read: the guest ran on while it was looked at.");
            return ExitStatus.INCOMPLETE;
        }
        return ExitStatus.COMPLETE;
    }

    private <T extends Row> void note(Listing<T> listing) {
        complete &= listing.isComplete();
    }

    private static boolean isSame(PlantedProcess wanted, ProcessInfo found) {
        Credentials who = found.credentials();
        return wanted.name().equals(found.name())
                && wanted.commandLine().equals(found.arguments())
                && who != null
                && who.uid() == wanted.uid();
    }
}
