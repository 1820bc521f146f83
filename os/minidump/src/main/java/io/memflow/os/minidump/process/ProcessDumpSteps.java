package io.memflow.os.minidump.process;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.minidump.Minidump;
import io.memflow.formats.minidump.MinidumpException;
import io.memflow.formats.minidump.MinidumpModule;
import io.memflow.os.minidump.file.MissingRanges;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells what a minidump says.
 *
 * @param dump the dump
 * @param memory its bytes
 * @param fileBytes how long it is
 */
record ProcessDumpSteps(Minidump dump, CapturedMemory memory, long fileBytes) {
    List<DiscoveryStep> all() {
        DiscoverySteps steps = new DiscoverySteps("dump", List.of());
        steps.add(
                "dump",
                Confidence.CONFIRMED,
                "minidump of one process, %d streams, %d bytes"
                        .formatted(dump.streams().size(), fileBytes));
        steps.add(
                "time",
                Confidence.LIKELY,
                Instant.ofEpochSecond(dump.timestamp()).toString());
        add(
                steps,
                "modules",
                () -> "%d loaded, %d unloaded before"
                        .formatted(dump.modules().size(), dump.unloadedModules().size()));
        add(
                steps,
                "threads",
                () -> dump.threads().size() + ", "
                        + dump.threads().stream()
                                .filter(thread -> thread.context() != null)
                                .count() + " with registers");
        long bytes = memory.ranges().stream().mapToLong(AddressRange::length).sum();
        steps.add(
                "memory",
                Confidence.LIKELY,
                "%d bytes in %d ranges".formatted(bytes, memory.ranges().size()));
        add(steps, "exception", () -> dump.exception().map(this::text).orElse("none"));
        MissingRanges.tell(memory, steps);
        return steps.all();
    }

    private static void add(DiscoverySteps steps, String name, Supplier<String> finding) {
        try {
            steps.add(name, Confidence.LIKELY, finding.get());
        } catch (MemflowException damaged) {
            steps.add(name, Confidence.MISSING, String.valueOf(damaged.getMessage()));
        }
    }

    private String text(MinidumpException exception) {
        List<Long> parameters = exception.record().parameters();
        return "0x%x in thread %d at %s%s"
                .formatted(
                        exception.record().code(),
                        exception.threadId(),
                        named(exception.record().address()),
                        parameters.isEmpty()
                                ? ""
                                : parameters.stream()
                                        .map(Address::format)
                                        .collect(Collectors.joining(", ", ", with ", "")));
    }

    private String named(long address) {
        for (MinidumpModule module : dump.modules()) {
            if (Address.below(address - module.base(), module.bytes())) {
                return "%s+0x%x (%s)"
                        .formatted(ModuleRows.name(module.path()), address - module.base(), Address.format(address));
            }
        }
        return Address.format(address) + ", in no module that is listed";
    }
}
