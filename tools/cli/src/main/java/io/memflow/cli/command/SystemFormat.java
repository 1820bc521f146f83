package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.cli.output.TerminalText;
import io.memflow.cli.output.Units;
import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.EnclosingSystem;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What runs on a target and how it was found.
 *
 * @param system what was found
 */
public record SystemFormat(OperatingSystem system) {
    /** Prints it for people. */
    public void print(Writer out, Palette palette) throws IOException {
        OsInfo info = system.info();
        fact(out, "system", info.version());
        fact(out, "processor", info.architecture());
        fact(
                out,
                "memory",
                system.physicalMemory().map(SystemFormat::extent).orElse("none: this target has no physical memory"));
        for (OperatingSystem outer : enclosing()) {
            String where = outer.physicalMemory().map(SystemFormat::extent).orElse("this machine");
            fact(out, "inside", outer.info().version() + ", " + where);
        }
        fact(out, "kernel", kernel(info));
        fact(
                out,
                "page table",
                info.dtb() == null ? known(null) : paging(info) + ", root at physical " + address(info.dtb()));
        fact(out, "symbols", Integer.toString(system.symbols().size()));
        for (MachineFacts facts : system.machine().rows()) {
            fact(out, "host", known(facts.hostName()));
            Instant boot = facts.bootTime();
            fact(out, "started", known(boot == null ? null : boot.truncatedTo(ChronoUnit.SECONDS)));
            fact(out, "processors", known(facts.processors()));
            fact(out, "arguments", known(facts.commandLine()));
        }
        out.append('\n');
        Table table = new Table(
                List.of(Column.left("STEP"), Column.left("SURE"), Column.right("TIME"), Column.left("FOUND")));
        for (DiscoveryStep step : system.discovery()) {
            boolean missing = step.confidence() == DiscoveryStep.Confidence.MISSING;
            table.add(
                    List.of(step.name(), word(step.confidence()), Units.time(step.took()), step.finding()),
                    missing ? Palette.Emphasis.DAMAGED : Palette.Emphasis.NONE);
        }
        table.print(out, palette);
    }

    /** The systems that the memory was reached through, the nearest first. */
    private List<OperatingSystem> enclosing() {
        List<OperatingSystem> found = new ArrayList<>();
        Optional<PhysicalMemory> memory = system.physicalMemory();
        while (memory.isPresent()) {
            Optional<OperatingSystem> outer =
                    memory.get().capability(EnclosingSystem.class).map(EnclosingSystem::system);
            outer.ifPresent(found::add);
            memory = outer.flatMap(OperatingSystem::physicalMemory);
        }
        return found;
    }

    private static String extent(PhysicalMemory memory) {
        MemoryMap map = memory.map();
        return Units.bytes(map.totalBytes()) + " in " + map.ranges().size()
                + (map.ranges().size() == 1 ? " range, " : " ranges, ") + memory.description();
    }

    private static String kernel(OsInfo info) {
        return info.kernelBase() == null
                ? known(null)
                : size(info.kernelSize()) + " at " + address(info.kernelBase()) + ", physical "
                        + address(info.kernelPhysicalBase())
                        + (info.slide() == null ? "" : ", moved by " + address(info.slide()));
    }

    private static String size(@Nullable Long bytes) {
        return known(bytes == null ? null : Units.bytes(bytes));
    }

    private static String address(@Nullable Long address) {
        return known(address == null ? null : Address.format(address));
    }

    private static String paging(OsInfo info) {
        return known(info.paging() == null ? null : info.paging().name());
    }

    private static String known(@Nullable Object fact) {
        return fact == null ? "not known" : fact.toString();
    }

    /** Writes one line for the system, then one per step. */
    public void write(JsonLines json) {
        OsInfo info = system.info();
        Optional<PhysicalMemory> memory = system.physicalMemory();
        json.begin()
                .text("record", "system")
                .text("name", info.name())
                .text("version", info.version())
                .text("architecture", info.architecture())
                .text("paging", info.paging() == null ? null : info.paging().name())
                .address("kernel_base", info.kernelBase())
                .address("kernel_physical_base", info.kernelPhysicalBase())
                .size("kernel_size", info.kernelSize())
                .address("slide", info.slide())
                .address("dtb", info.dtb())
                .number("symbols", system.symbols().size())
                .text("memory", memory.map(PhysicalMemory::description).orElse(null))
                .size(
                        "memory_size",
                        memory.map(source -> source.map().totalBytes()).orElse(null))
                .beginArray("memory_ranges");
        for (AddressRange range : memory.map(source -> source.map().ranges()).orElse(List.of())) {
            json.begin()
                    .address("start", range.start())
                    .size("size", range.length())
                    .end();
        }
        json.endArray()
                .texts("defects", memory.map(PhysicalMemory::defects).orElse(List.of()))
                .end();
        for (OperatingSystem outer : enclosing()) {
            json.begin()
                    .text("record", "enclosing")
                    .text("name", outer.info().name())
                    .text("version", outer.info().version())
                    .text("architecture", outer.info().architecture())
                    .text(
                            "memory",
                            outer.physicalMemory()
                                    .map(PhysicalMemory::description)
                                    .orElse(null))
                    .end();
        }
        for (MachineFacts facts : system.machine().rows()) {
            json.begin()
                    .text("record", "machine")
                    .text("host_name", facts.hostName())
                    .text("domain_name", facts.domainName())
                    .text("system", facts.system())
                    .text("release", facts.release())
                    .text("build", facts.build())
                    .text("machine", facts.machine())
                    .text("command_line", facts.commandLine())
                    .text(
                            "boot_time",
                            facts.bootTime() == null ? null : facts.bootTime().toString())
                    .number("processors", facts.processors())
                    .number("taint", facts.taint())
                    .provenance(facts.provenance())
                    .end();
        }
        for (DiscoveryStep step : system.discovery()) {
            json.begin()
                    .text("record", "step")
                    .text("name", step.name())
                    .text("confidence", word(step.confidence()))
                    .text("finding", step.finding())
                    .seconds("seconds", step.took())
                    .end();
        }
    }

    private static void fact(Writer out, String name, String value) throws IOException {
        out.append(name)
                .append(" ".repeat(Math.max(1, 12 - name.length())))
                .append(TerminalText.neutral(value))
                .append('\n');
    }

    private static String word(DiscoveryStep.Confidence confidence) {
        return confidence.name().toLowerCase(Locale.ROOT);
    }
}
