package io.memflow.os.minidump.kernel;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.crashdump.BugCheck;
import io.memflow.formats.crashdump.CapturedMemory;
import io.memflow.formats.crashdump.CrashDump;
import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.crashdump.DebuggerData;
import io.memflow.formats.crashdump.ExceptionRecord;
import io.memflow.formats.crashdump.ProcessorContext;
import io.memflow.formats.crashdump.TriageDump;
import io.memflow.os.minidump.file.MissingRanges;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a dump says, and what of it was held against each other.
 *
 * @param dump the dump
 * @param system copies of process and thread; null in a dump that is a header alone
 */
record DumpSteps(CrashDump dump, @Nullable StoppedSystem system) {
    private static final long NANOSECONDS_PER_UNIT = 100;

    List<DiscoveryStep> all() {
        DiscoverySteps steps = new DiscoverySteps("dump", List.of());
        CrashHeader header = dump.header();
        steps.add("dump", Confidence.CONFIRMED, kind());
        steps.add("bug check", Confidence.CONFIRMED, text(header.bugCheck()));
        stopped(header).ifPresent(found -> steps.add("stopped at", Confidence.CONFIRMED, found));
        ExceptionRecord exception = header.exception();
        if (exception != null) {
            steps.add("exception", Confidence.LIKELY, text(exception));
        }
        steps.add("time", Confidence.LIKELY, time(header));
        String comment = header.comment();
        if (comment != null) {
            steps.add("comment", Confidence.LIKELY, comment);
        }
        dump.triage().ifPresent(triage -> kernel(triage, steps));
        if (system != null) {
            objects(system, steps);
        }
        return steps.all();
    }

    private String kind() {
        if (system == null) {
            return "a header alone: it has no memory and no lists";
        }
        CapturedMemory memory = system.objects().memory();
        long bytes = memory.ranges().stream().mapToLong(AddressRange::length).sum();
        return "triage dump: %d bytes of virtual memory in %d ranges"
                .formatted(bytes, memory.ranges().size());
    }

    private static String text(BugCheck check) {
        return "0x%x (%s)"
                .formatted(
                        check.code(),
                        check.parameters().stream().map(Address::format).collect(Collectors.joining(", ")));
    }

    private Optional<String> stopped(CrashHeader header) {
        ProcessorContext context = header.context();
        return context == null
                ? Optional.empty()
                : Optional.of("%s, stack at %s"
                        .formatted(named(context.instructionPointer()), Address.format(context.stackPointer())));
    }

    private String named(long address) {
        return dump.triage()
                .flatMap(triage -> DriverRows.place(triage, address))
                .map(place -> "%s (%s)".formatted(place, Address.format(address)))
                .orElse(Address.format(address) + ", in no driver that is listed");
    }

    private String text(ExceptionRecord exception) {
        return "0x%x at %s%s"
                .formatted(
                        exception.code(),
                        named(exception.address()),
                        exception.parameters().isEmpty()
                                ? ""
                                : exception.parameters().stream()
                                        .map(Address::format)
                                        .collect(Collectors.joining(", ", ", with ", "")));
    }

    private static String time(CrashHeader header) {
        Instant stopped = TimeWindow.of(header).stopped();
        Long ran = header.upTime();
        String since = ran == null || ran < 0 || ran > Long.MAX_VALUE / NANOSECONDS_PER_UNIT
                ? "how long it had run is not kept"
                : Duration.ofNanos(ran * NANOSECONDS_PER_UNIT).toMillis() + " ms after the start";
        return (stopped == null ? "when it stopped is not kept" : stopped) + ", " + since;
    }

    private void kernel(TriageDump triage, DiscoverySteps steps) {
        Long first =
                triage.drivers().isEmpty() ? null : triage.drivers().getFirst().base();
        Optional<DebuggerData> data = triage.debuggerData();
        DumpMachine machine = new DumpMachine(dump.header());
        steps.add(
                "drivers",
                Confidence.LIKELY,
                "%d loaded, %d unloaded before"
                        .formatted(
                                triage.drivers().size(),
                                triage.unloadedDrivers().size()));
        if (data.isEmpty()) {
            steps.add(
                    "kernel",
                    Confidence.LIKELY,
                    "the first driver; the dump has no debugger's data to hold it against");
            return;
        }
        boolean isAlike = first != null
                && first == machine.address(data.get().kernelBase())
                && dump.header().loadedModules() == machine.address(data.get().loadedModules())
                && dump.header().activeProcesses() == machine.address(data.get().activeProcesses());
        steps.add(
                "kernel",
                isAlike ? Confidence.CONFIRMED : Confidence.MISSING,
                isAlike
                        ? "header, list of drivers and debugger's data agree on where it and its lists are"
                        : "header, list of drivers and debugger's data contradict each other on where it and its lists are");
    }

    private static void objects(StoppedSystem system, DiscoverySteps steps) {
        StoppedObjects objects = system.objects();
        Long process = objects.process();
        Long thread = objects.thread();
        if (process == null || thread == null) {
            steps.add("process and thread", Confidence.MISSING, String.join("; ", objects.doubts()));
        } else {
            steps.add(
                    "process and thread",
                    objects.compared() > 0 ? Confidence.CONFIRMED : Confidence.LIKELY,
                    "EPROCESS at %s, ETHREAD at %s; %d bytes that the dump has twice are alike"
                            .formatted(Address.format(process), Address.format(thread), objects.compared()));
            MemberChoice members = system.members();
            steps.add(
                    "offsets",
                    members.isWhole() ? Confidence.LIKELY : Confidence.MISSING,
                    (members.isWhole() ? "" : "not all are known: ") + members.finding());
        }
        MissingRanges.tell(objects.memory(), steps);
    }
}
