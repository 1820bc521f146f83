package io.memflow.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.formats.pdb.PdbFile;
import io.memflow.formats.pe.PeSection;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every type and every public symbol of files as {@code llvm-pdbutil} prints them (Debian's llvm package), and how many were
 * compared. Confined.
 */
public final class PdbComparison {
    private static final long BASE = 0x1_4000_0000L;
    private static final Pattern PUBLIC = Pattern.compile(" +\\d+ \\| S_PUB32 .*?\\] `(.*)`");
    private static final Pattern PLACE = Pattern.compile(" +flags = (.*), addr = (\\d+):(\\d+)");

    int typeRecords;
    int members;
    int enumerators;
    private int publics;

    /** Nothing is compared yet. */
    public PdbComparison() {}

    /** Compares a file; the test is skipped when the program is not installed. */
    public void with(Path path) {
        PdbFile file = PdbFile.parse(MemorySegment.ofArray(WindowsSamples.read(path)));
        PrintedTypes printed = new PrintedTypes(file.types());
        String types = OtherProgram.LLVM_PDBUTIL.run(
                List.of("dump", "--types", "--dont-resolve-forward-refs", path.toString()));
        types.lines().forEach(printed::take);
        printed.check(path, this);
        checkPublics(file, path);
    }

    private void checkPublics(PdbFile file, Path path) {
        String text = OtherProgram.LLVM_PDBUTIL.run(List.of("dump", "--publics", path.toString()));
        SymbolTable symbols = file.symbols(BASE);
        Set<Symbol> all = new HashSet<>();
        symbols.forEach(all::add);
        List<PeSection> sections = file.sections();
        String name = "";
        for (String line : text.lines().toList()) {
            Matcher named = PUBLIC.matcher(line);
            Matcher placed = PLACE.matcher(line);
            if (named.matches()) {
                name = named.group(1);
            } else if (placed.matches()) {
                int section = Integer.parseInt(placed.group(2));
                if (section == 0 || section > sections.size()) {
                    continue;
                }
                long address = BASE + sections.get(section - 1).address() + Long.parseLong(placed.group(3));
                boolean isCode =
                        placed.group(1).contains("function") || placed.group(1).contains("code");
                assertThat(all).as("%s in %s", name, path).contains(new Symbol(name, address, isCode ? 'T' : 'D', ""));
                assertThat(symbols.address(name)).as("%s in %s", name, path).isPresent();
                assertThat(symbols.nearest(address).orElseThrow().address()).isEqualTo(address);
                publics++;
            }
        }
    }

    @Override
    public String toString() {
        return "%d type records, %d members, %d enumerators, %d publics"
                .formatted(typeRecords, members, enumerators, publics);
    }
}
