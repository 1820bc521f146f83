package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;

/**
 * One line of {@code /proc/kallsyms}. Immutable.
 *
 * @param address virtual address, or an offset for per-cpu symbols of kernels that print them so
 * @param type the letter {@code nm} uses
 * @param name the symbol
 * @param module the module it is in; empty for the kernel's own
 */
record SymbolTruth(long address, char type, String name, String module) {
    static SymbolTruth parse(String line) {
        int first = line.indexOf(' ');
        if (first < 1 || line.length() < first + 4 || line.charAt(first + 2) != ' ') {
            throw malformed(line);
        }
        String rest = line.substring(first + 3);
        int tab = rest.indexOf('\t');
        String name = tab < 0 ? rest : rest.substring(0, tab);
        String module = tab < 0 ? "" : rest.substring(tab + 1).replaceAll("^\\[|]$", "");
        try {
            return new SymbolTruth(Long.parseUnsignedLong(line, 0, first, 16), line.charAt(first + 1), name, module);
        } catch (NumberFormatException e) {
            throw malformed(line);
        }
    }

    private static MalformedDataException malformed(String line) {
        return new MalformedDataException("proc kallsyms", 0, "this is no kallsyms line: " + line);
    }
}
