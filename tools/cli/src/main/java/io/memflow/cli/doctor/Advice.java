package io.memflow.cli.doctor;

import io.memflow.core.os.OperatingSystem;
import java.util.List;
import java.util.Map;

/** What to do when a step failed. Stateless. */
final class Advice {
    static final String NONE = "";

    private static final String TAKE_AGAIN =
            "Pause the machine and take the image again, or look at the paused machine itself.";

    private static final Map<String, String> BY_STEP = Map.of(
            "target",
            "Give a file that this user may read, qemu:NAME_OR_PID of a machine that runs, or a chain (-c, -o);"
                    + " memflow connectors shows what there is.",
            "defects",
            "Copy the image again from a source that is whole; compare its size with the machine's memory.",
            "contents",
            "The file was never written, or the wrong one: dump the machine's memory again and check what wrote it.",
            "page tables",
            "Is it Linux on x86-64, i386, arm64 or riscv64, or Windows on i386 or x86-64? Is the image whole: as large as the machine's memory? Does it"
                    + " begin at address 0, or does it need base= (QEMU's virt: 0x40000000 on arm64, 0x80000000 on"
                    + " riscv64)? Is it raw or an ELF core, and neither packed nor of another format?",
            "kernel image",
            "The kernel is there but its symbol table is damaged or left out (CONFIG_KALLSYMS); or, if the machine has other"
                    + " page tables than were found, base= is wrong. " + TAKE_AGAIN,
            "symbol file",
            "Put the file that is named there into the folder of symbols=, or let online=true get it; without it offsets"
                    + " are voted on.",
            "symbols",
            "Names cannot be looked up; what is found by structure is given. " + TAKE_AGAIN,
            "types",
            "Members whose places are not known cost the lists that need them, which say so below.",
            "extent of memory",
            "Take the whole image again, or give its pieces their places with map=.",
            "pid table",
            "Processes are found by their other links all the same; one without an id is hidden, or the table is damaged.");

    /** How the reasons are worded that lie in the kernel and not in the image. */
    private static final List<String> UNKNOWN = List.of(
            "type information has no",
            "types have no",
            "symbol table has no",
            "has no such symbol",
            "place of module.syms is not",
            "the kernel shows them",
            "does not show",
            OperatingSystem.NOT_READ);

    /** How the reasons are worded that lie in the rights of the user. */
    private static final List<String> REFUSED =
            List.of("This user may not", "this user may not", "run as root", "CAP_SYS_PTRACE");

    /** How the reasons are worded that lie in the kind of file. */
    private static final List<String> SMALL =
            List.of("a triage dump ", "a minidump of one process ", "the dump has no ", "the dump is a header alone");

    private Advice() {}

    /** For a step that failed. */
    static String on(String step) {
        return BY_STEP.getOrDefault(step, TAKE_AGAIN);
    }

    /** For a list from which something is missing. */
    static String onList(String why) {
        if (why.contains("outside physical memory") || why.contains("page table unreadable")) {
            return "The kernel uses memory that is not in the target: the image is cut, or its pieces need map=. "
                    + TAKE_AGAIN;
        }
        if (REFUSED.stream().anyMatch(why::contains)) {
            return "The system refuses it to this user; what was found says what it asks for.";
        }
        if (SMALL.stream().anyMatch(why::contains)) {
            return "A small dump does not hold it: have the machine write a complete memory dump.";
        }
        boolean unknown = UNKNOWN.stream().anyMatch(why::contains);
        return unknown
                ? "This kernel does not say where it keeps that; no better image helps."
                : "What is missing was damaged, paged out or in change. " + TAKE_AGAIN;
    }
}
