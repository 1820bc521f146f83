package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.output.Units;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.TargetProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Shows where pages of a process are, or why they are not in memory. */
public final class PagesCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "pages",
            "Show where pages of a process are, or why they are missing.",
            List.of("[OPTIONS] PID [ADDRESS LENGTH] TARGET", "[OPTIONS] PID [ADDRESS LENGTH] -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(
                    "Without an address: how much of each region is where. With one: each run of",
                    "pages that lie behind one another, with their physical address, or what is",
                    "known of where they went. LENGTH is in bytes, or with K, M or G behind it."),
            List.of(
                    "memflow pages 1 memory.raw",
                    "memflow pages 1 0x7ffd00001000 64K memory.raw",
                    "memflow pages --json 1 qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        int chain = arguments.given().stream().anyMatch(given -> given.option().equals(TargetWords.CONNECTOR)) ? 0 : 1;
        boolean ranged = arguments.words().size() - chain > 1;
        TargetWords words =
                ranged ? TargetWords.after(arguments, "PID", "ADDRESS", "LENGTH") : TargetWords.after(arguments, "PID");
        ResultWriter writer = new ResultWriter(session, arguments);
        ProcessId pid = ProcessId.parse(words.leading().getFirst());
        AddressRange range =
                ranged ? range(words.leading().get(1), words.leading().get(2)) : new AddressRange(0, 0);
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            TargetProcess process = pid.in(system);
            return ranged
                    ? writer.list(process.pages(range), new PageFormat(pid.pid()), system.physicalMemory())
                    : writer.list(summary(process), new RegionPagesFormat(pid.pid()), system.physicalMemory());
        }
    }

    private static Listing<RegionPages> summary(TargetProcess process) {
        Listing<MemoryRegion> regions = process.regions();
        List<RegionPages> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(regions.missing());
        for (MemoryRegion region : regions.rows()) {
            Listing<PageRow> pages = process.pages(new AddressRange(region.start(), region.end() - region.start()));
            missing.addAll(pages.missing());
            rows.add(RegionPages.of(region, pages));
        }
        return new Listing<>(rows, missing);
    }

    private static AddressRange range(String address, String length) {
        long start = Address.parse(address);
        long bytes = Units.parseBytes(length);
        if (bytes == 0 || Address.overflows(start, bytes)) {
            throw new UsageException("LENGTH has to be at least 1, and the range may not end beyond the 64-bit space.");
        }
        return new AddressRange(start, bytes);
    }
}
