package io.memflow.lab;

import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Interfaces and facts of the whole machine against {@code /proc/PID/net} and {@code /proc/sys/kernel}. */
final class MachineComparison {
    private static final Pattern LOCAL = Pattern.compile("\\|-- ([0-9.]+)\\n +/32 host LOCAL");

    private MachineComparison() {}

    static void interfaces(OperatingSystem system, GroundTruth truth, Findings findings) {
        Listing<InterfaceInfo> listing = system.interfaces();
        findings.same("damage of the interfaces", true, listing.isComplete());
        truth.networks().forEach((pid, namespace) -> {
            List<InterfaceInfo> here = listing.rows().stream()
                    .filter(row -> row.namespace() != null && row.namespace().equals(namespace))
                    .toList();
            String folder = "proc/" + pid + "/net/";
            findings.sameLines(
                    "interfaces",
                    truth.snapshot()
                            .require(folder + "dev")
                            .lines()
                            .skip(2)
                            .map(line -> line.strip().split(":", 2)[0])
                            .toList(),
                    here.stream().map(row -> String.valueOf(row.name())).toList());
            findings.sameLines(
                    "IPv6 addresses",
                    truth.snapshot()
                            .text(folder + "if_inet6")
                            .orElse("")
                            .lines()
                            .map(MachineComparison::version6)
                            .toList(),
                    version6(here));
            Matcher matcher = LOCAL.matcher(truth.snapshot().require(folder + "fib_trie"));
            TreeSet<String> wanted = new TreeSet<>();
            while (matcher.find()) {
                wanted.add(matcher.group(1));
            }
            TreeSet<String> got = new TreeSet<>();
            here.stream()
                    .filter(InterfaceInfo::isUp)
                    .flatMap(row -> row.addresses().stream())
                    .filter(address -> !address.contains(":"))
                    .forEach(address -> got.add(address.split("/", 2)[0]));
            findings.count("IPv4 addresses", wanted.size());
            findings.same("IPv4 addresses", wanted, got);
        });
    }

    static void machine(OperatingSystem system, GroundTruth truth, LinuxComparison.Symbols symbols, Findings findings) {
        MachineFacts facts = system.machine().rows().getFirst();
        List<String> missing =
                facts.provenance().missing().stream().map(MissingPart::what).toList();
        switch (symbols) {
            case ALL -> {
                findings.same("facts of the machine complete", List.of(), missing);
                findings.same("taint", kernel(truth, "tainted"), String.valueOf(facts.taint()));
            }
            case FUNCTIONS, FUNCTIONS_WITHOUT_TYPES ->
                findings.same("missing facts of the machine", List.of("tainted_mask"), missing);
        }
        findings.same("host name", kernel(truth, "hostname"), facts.hostName());
        findings.same("system", kernel(truth, "ostype"), facts.system());
        findings.same("release", kernel(truth, "osrelease"), facts.release());
        findings.same("build", kernel(truth, "version"), facts.build());
        findings.same("command line", truth.commandLine(), facts.commandLine());
        findings.same(
                "boot time",
                truth.bootTime(),
                facts.bootTime() == null ? 0 : facts.bootTime().getEpochSecond());
        long processors = truth.snapshot()
                .require("proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("processor"))
                .count();
        findings.same("processors", (int) processors, facts.processors());
        findings.count("facts of the machine", 8);
    }

    private static String kernel(GroundTruth truth, String name) {
        return truth.snapshot().require("proc/sys/kernel/" + name).strip();
    }

    /** Address, index, prefix length, scope and flags in hexadecimal, then the name. */
    private static String version6(String line) {
        String[] words = line.strip().split("\\s+", -1);
        return words[5] + " " + words[0] + "/" + Integer.parseInt(words[2], 16);
    }

    private static List<String> version6(List<InterfaceInfo> rows) {
        List<String> lines = new ArrayList<>();
        for (InterfaceInfo row : rows) {
            for (String address : row.addresses()) {
                String[] halves = address.split("/", 2);
                if (address.contains(":")) {
                    lines.add(row.name() + " " + hexadecimal(halves[0]) + "/" + halves[1]);
                }
            }
        }
        return lines;
    }

    private static String hexadecimal(String address) {
        try {
            return HexFormat.of().formatHex(InetAddress.getByName(address).getAddress());
        } catch (UnknownHostException noAddress) {
            return String.valueOf(noAddress.getMessage());
        }
    }
}
