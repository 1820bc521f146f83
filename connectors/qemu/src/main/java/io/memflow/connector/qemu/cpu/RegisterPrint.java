package io.memflow.connector.qemu.cpu;

import io.memflow.core.cpu.CpuRegisters;
import io.memflow.core.cpu.Register;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the monitor command {@code info registers -a} prints. Stateless. Source: QEMU's target/i386/cpu-dump.c,
 * target/arm/cpu.c (aarch64_cpu_dump_state) and target/riscv/cpu.c (riscv_cpu_dump_state).
 */
public final class RegisterPrint {
    /** The command, which prints all processors. */
    public static final String COMMAND = "info registers -a";

    private static final Pattern PROCESSOR = Pattern.compile("CPU#([0-9]{1,9})\\s*");

    /** {@code GS =0000 0000000000000000 00000000 00000000}: selector, base, limit, flags. */
    private static final Pattern SEGMENT =
            Pattern.compile("([C-G]S|SS|LDT|TR) *=([0-9a-f]{4}) ([0-9a-f]{8,16}) ([0-9a-f]{8}) ([0-9a-f]{8})\\b.*");
    /** {@code GDT=     fffffe0000001000 0000007f}: base, limit. */
    private static final Pattern TABLE = Pattern.compile("([GI]DT) *= +([0-9a-f]{8,16}) ([0-9a-f]{8})");
    /** {@code RAX=0000000000000000}, {@code XMM00=high low}, {@code Q00=high:low}, {@code FPR0=mantissa exponent}. */
    private static final Pattern NAMED = Pattern.compile(
            "([A-Za-z][A-Za-z0-9_]*) *= *([0-9a-f]+(?:[: ][0-9a-f]{8,16})*(?: [0-9a-f]{4}\\b)?)(?![0-9A-Za-z=])");
    /** {@code x1/ra 0000000080000000}, {@code satp 8000000000080000}. */
    private static final Pattern COLUMN =
            Pattern.compile("([a-z][A-Za-z0-9_]*)(?:/([a-z][a-z0-9]*))? +([0-9a-f]{8,16})\\b");

    private static final Pattern LAST_NUMBER = Pattern.compile("(.*?)0*([0-9]+)");
    private static final int BITS_PER_DIGIT = 4;

    private RegisterPrint() {}

    /** The processors in the text; empty when it is not such a text. */
    public static List<CpuRegisters> parse(String text) {
        List<CpuRegisters> processors = new ArrayList<>();
        Map<String, Register> registers = new LinkedHashMap<>();
        int processor = -1;
        for (String line : text.lines().toList()) {
            Matcher heading = PROCESSOR.matcher(line.strip());
            if (heading.matches()) {
                addTo(processors, processor, registers);
                registers.clear();
                processor = Integer.parseInt(heading.group(1));
            } else {
                parseLine(line.strip(), registers);
            }
        }
        addTo(processors, processor, registers);
        return List.copyOf(processors);
    }

    private static void addTo(List<CpuRegisters> processors, int processor, Map<String, Register> registers) {
        if (processor >= 0 && !registers.isEmpty()) {
            processors.add(new CpuRegisters(processor, List.copyOf(registers.values())));
        }
    }

    private static void parseLine(String line, Map<String, Register> registers) {
        Matcher segment = SEGMENT.matcher(line);
        Matcher table = TABLE.matcher(line);
        if (segment.matches()) {
            put(registers, segment.group(1), segment.group(2));
            put(registers, segment.group(1) + "_base", segment.group(3));
            put(registers, segment.group(1) + "_limit", segment.group(4));
            put(registers, segment.group(1) + "_flags", segment.group(5));
        } else if (table.matches()) {
            put(registers, table.group(1) + "_base", table.group(2));
            put(registers, table.group(1) + "_limit", table.group(3));
        } else if (line.contains("=")) {
            Matcher named = NAMED.matcher(line);
            while (named.find()) {
                putNamed(registers, named.group(1), named.group(2));
            }
        } else {
            Matcher column = COLUMN.matcher(line);
            while (column.find()) {
                put(registers, column.group(2) == null ? column.group(1) : column.group(2), column.group(3));
            }
        }
    }

    private static void putNamed(Map<String, Register> registers, String name, String digits) {
        String[] words = digits.split("[: ]", -1);
        if (name.startsWith("FPR") && words.length == 2) {
            put(registers, name, words[1] + words[0]);
        } else {
            put(registers, name, String.join("", words));
        }
    }

    private static void put(Map<String, Register> registers, String name, String digits) {
        String plain = plain(name);
        registers.put(plain, new Register(plain, digits.length() * BITS_PER_DIGIT, new BigInteger(digits, 16)));
    }

    /** Names as debuggers write them. */
    private static String plain(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        Matcher numbered = LAST_NUMBER.matcher(small);
        return numbered.matches() ? numbered.group(1) + numbered.group(2) : small;
    }
}
