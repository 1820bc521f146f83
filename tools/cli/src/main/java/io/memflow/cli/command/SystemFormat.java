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
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
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
        MemoryMap map = system.physicalMemory().map();
        fact(out, "system", info.version());
        fact(out, "processor", info.architecture());
        fact(
                out,
                "memory",
                Units.bytes(map.totalBytes()) + " in " + map.ranges().size()
                        + (map.ranges().size() == 1 ? " range, " : " ranges, ")
                        + system.physicalMemory().description());
        fact(
                out,
                "kernel",
                Units.bytes(info.kernelSize()) + " at " + Address.format(info.kernelBase()) + ", physical "
                        + Address.format(info.kernelPhysicalBase()) + ", moved by " + Address.format(info.slide()));
        fact(out, "page table", info.paging().name() + ", root at physical " + Address.format(info.dtb()));
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

    private static String known(@Nullable Object fact) {
        return fact == null ? "not known" : fact.toString();
    }

    /** Writes one line for the system, then one per step. */
    public void write(JsonLines json) {
        OsInfo info = system.info();
        MemoryMap map = system.physicalMemory().map();
        json.begin()
                .text("record", "system")
                .text("name", info.name())
                .text("version", info.version())
                .text("architecture", info.architecture())
                .text("paging", info.paging().name())
                .address("kernel_base", info.kernelBase())
                .address("kernel_physical_base", info.kernelPhysicalBase())
                .size("kernel_size", info.kernelSize())
                .address("slide", info.slide())
                .address("dtb", info.dtb())
                .number("symbols", system.symbols().size())
                .text("memory", system.physicalMemory().description())
                .size("memory_size", map.totalBytes())
                .beginArray("memory_ranges");
        for (AddressRange range : map.ranges()) {
            json.begin()
                    .address("start", range.start())
                    .size("size", range.length())
                    .end();
        }
        json.endArray().texts("defects", system.physicalMemory().defects()).end();
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
