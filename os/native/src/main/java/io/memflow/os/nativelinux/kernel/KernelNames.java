package io.memflow.os.nativelinux.kernel;

import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.NoTypes;
import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.btf.Btf;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Symbols and types of the running kernel: {@code /proc/kallsyms} and {@code /sys/kernel/btf/vmlinux}. Thread-safe.
 *
 * @param roots where they are read from
 */
public record KernelNames(Roots roots) {
    private static final int HEX = 16;
    private static final String HIDDEN =
            "The kernel hides the addresses of its symbols; run as root or with CAP_SYSLOG, or"
                    + " set /proc/sys/kernel/kptr_restrict to 0.";

    /** The symbols that have an address; when the kernel shows this user none, that is a defect of the table. */
    public SymbolList symbols() {
        String text;
        try {
            text = KernelFile.text(roots.proc().resolve("kallsyms"));
        } catch (MemflowException refused) {
            return SymbolList.of(List.of()).withDefects(List.of(String.valueOf(refused.getMessage())));
        }
        List<Symbol> symbols = new ArrayList<>();
        int hidden = 0;
        int malformed = 0;
        for (String line : text.split("\n", -1)) {
            if (line.isEmpty()) {
                continue;
            }
            Symbol symbol = parse(line);
            if (symbol == null) {
                malformed++;
            } else if (symbol.address() == 0) {
                hidden++;
            } else {
                symbols.add(symbol);
            }
        }
        List<String> defects = new ArrayList<>();
        // Symbols of processors' own data have small addresses, one of them 0.
        if (symbols.isEmpty() && hidden > 0) {
            defects.add(HIDDEN);
        }
        if (malformed > 0) {
            defects.add("%d lines of kallsyms are not of the form this program knows.".formatted(malformed));
        }
        return SymbolList.of(symbols).withDefects(defects);
    }

    /** {@code address type name[\tmodule]}, the module in brackets. */
    private static @Nullable Symbol parse(String line) {
        int first = line.indexOf(' ');
        int tab = line.indexOf('\t');
        int end = tab < 0 ? line.length() : tab;
        if (first <= 0 || end < first + 4 || line.charAt(first + 2) != ' ') {
            return null;
        }
        try {
            String module = tab < 0 ? "" : line.substring(tab + 1).replaceAll("[\\[\\]]", "");
            return new Symbol(
                    line.substring(first + 3, end),
                    Long.parseUnsignedLong(line, 0, first, HEX),
                    line.charAt(first + 1),
                    module);
        } catch (NumberFormatException notKallsyms) {
            return null;
        }
    }

    /** The kernel's types, where it was built with them. */
    public TypeTable types() {
        try {
            return Btf.parse(MemorySegment.ofArray(KernelFile.bytes(roots.sys().resolve("kernel/btf/vmlinux"))));
        } catch (MemflowException none) {
            return new NoTypes(String.valueOf(none.getMessage()));
        }
    }
}
