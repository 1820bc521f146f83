package io.memflow.formats.pdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.formats.OtherProgram;
import io.memflow.formats.WindowsSamples;
import io.memflow.formats.pe.PeSection;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type and every public symbol is as {@code llvm-pdbutil} prints it (Debian's llvm package): of the samples here, and of
 * the files in a folder that {@code -Dwindows.samples=DIR} names.
 */
class PdbOracleTest {
    private static final long BASE = 0x1_4000_0000L;
    private static final Pattern RECORD = Pattern.compile(" +0x([0-9A-F]+) \\| (LF_\\w+|UNKNOWN RECORD) .*");
    private static final Pattern NAMED = Pattern.compile(".*?\\] `(.*)`");
    private static final Pattern SIZED = Pattern.compile(".*field list: (<no type>|0x[0-9A-F]+).*");
    private static final Pattern OPTIONS = Pattern.compile(" +options: (.*?)(?:, sizeof (\\d+))?");
    private static final Pattern MEMBER = Pattern.compile(
            " +- LF_MEMBER \\[name = `(.*)`, Type = (?:0x([0-9A-F]+)|<no type>).*, offset = (\\d+), attrs = .*");
    private static final Pattern BASE_CLASS = Pattern.compile(" +type = 0x([0-9A-F]+).*, offset = (\\d+), attrs = .*");
    private static final Pattern ENUMERATE = Pattern.compile(" +- LF_ENUMERATE \\[(.*) = (-?\\d+)\\]");
    private static final Pattern CONTINUATION = Pattern.compile(" +- LF_INDEX continuation = 0x([0-9A-F]+).*");
    private static final Pattern BITS =
            Pattern.compile(" +type = 0x([0-9A-F]+).*, bit offset = (\\d+), # bits = (\\d+)");
    private static final Pattern PUBLIC = Pattern.compile(" +\\d+ \\| S_PUB32 .*?\\] `(.*)`");
    private static final Pattern PLACE = Pattern.compile(" +flags = (.*), addr = (\\d+):(\\d+)");

    @TempDir
    private Path directory;

    /** What was compared, for the figures in the documentation. */
    private static final class Count {
        int types;
        int members;
        int enumerators;
        int symbols;

        @Override
        public String toString() {
            return "%d type records, %d members, %d enumerators, %d publics"
                    .formatted(types, members, enumerators, symbols);
        }
    }

    @Test
    void samplesOfOursAreAsLlvmPrintsThem() throws IOException {
        Count count = new Count();
        for (String name : List.of("sample64.pdb", "sample32.pdb", "samplearm64.pdb")) {
            compare(Files.write(directory.resolve(name), WindowsSamples.resource(PdbOracleTest.class, name)), count);
        }
        System.out.println("PDB: 3 files, " + count);
    }

    @Test
    void syntheticFilesAreAsLlvmPrintsThem() throws IOException {
        Count count = new Count();
        compare(Files.write(directory.resolve("synthetic.pdb"), SyntheticPdbTest.file()), count);
        System.out.println("PDB: 1 synthetic file, " + count);
        assertThat(OtherProgram.LLVM_PDBUTIL.run(List.of(
                        "dump", "--summary", directory.resolve("synthetic.pdb").toString())))
                .contains("Age: 3")
                .contains(SyntheticPdbTest.GUID);
    }

    @Test
    void filesInTheFolderAreAsLlvmPrintsThem() throws IOException {
        Count count = new Count();
        int files = 0;
        for (Path file : WindowsSamples.files(start -> PdbFile.isPdb(MemorySegment.ofArray(start)))) {
            // One that was damaged for a test of others is refused by both.
            if (OtherProgram.LLVM_PDBUTIL.takes(List.of("dump", "--summary", file.toString()))) {
                compare(file, count);
                files++;
            }
        }
        System.out.println("PDB: " + files + " files, " + count);
    }

    private static void compare(Path path, Count count) {
        PdbFile file = PdbFile.parse(MemorySegment.ofArray(WindowsSamples.read(path)));
        Dump dump = new Dump(file.types());
        String types = OtherProgram.LLVM_PDBUTIL.run(
                List.of("dump", "--types", "--dont-resolve-forward-refs", path.toString()));
        types.lines().forEach(dump::take);
        dump.check(path, count);
        checkPublics(file, path, count);
    }

    private static void checkPublics(PdbFile file, Path path, Count count) {
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
                count.symbols++;
            }
        }
    }

    /** The records that the program printed, compared when all are known. */
    private static final class Dump {
        private final PdbTypes types;
        private final List<Printed> records = new ArrayList<>();
        private boolean isBase;

        private static final class Printed {
            int index;
            String kind = "";
            String name = "";
            int fields;
            boolean isForward;
            long bytes;
            final List<String> members = new ArrayList<>();
            final List<String> enumerators = new ArrayList<>();
            int[] bits = {};
            int continuation;
        }

        Dump(PdbTypes types) {
            this.types = types;
        }

        void take(String line) {
            Matcher start = RECORD.matcher(line);
            if (start.matches()) {
                Printed record = new Printed();
                record.index = Integer.parseInt(start.group(1), 16);
                record.kind = start.group(2);
                Matcher named = NAMED.matcher(line);
                record.name = named.matches() ? named.group(1) : "";
                records.add(record);
                isBase = false;
            } else if (!records.isEmpty()) {
                detail(records.getLast(), line);
            }
        }

        private void detail(Printed record, String line) {
            Matcher sized = SIZED.matcher(line);
            Matcher options = OPTIONS.matcher(line);
            Matcher member = MEMBER.matcher(line);
            Matcher base = BASE_CLASS.matcher(line);
            Matcher enumerate = ENUMERATE.matcher(line);
            Matcher bits = BITS.matcher(line);
            if (sized.matches() && sized.group(1).startsWith("0x")) {
                record.fields = Integer.parseInt(sized.group(1).substring(2), 16);
            } else if (options.matches()) {
                record.isForward = options.group(1).contains("forward ref");
                record.bytes = options.group(2) == null ? 0 : Long.parseLong(options.group(2));
            } else if (member.matches()) {
                String type = member.group(2) == null ? "0" : member.group(2);
                record.members.add(member.group(1) + "|" + type + "|" + member.group(3));
            } else if (isBase && base.matches()) {
                record.members.add("|" + base.group(1) + "|" + base.group(2));
                isBase = false;
            } else if (enumerate.matches()) {
                record.enumerators.add(enumerate.group(1) + "|" + enumerate.group(2));
            } else if (bits.matches()) {
                record.bits = new int[] {
                    Integer.parseInt(bits.group(1), 16),
                    Integer.parseInt(bits.group(2)),
                    Integer.parseInt(bits.group(3))
                };
            }
            Matcher more = CONTINUATION.matcher(line);
            if (more.matches()) {
                record.continuation = Integer.parseInt(more.group(1), 16);
            }
            isBase |= line.strip().equals("- LF_BCLASS");
        }

        private Printed at(int index) {
            return records.get(index - types.firstIndex());
        }

        /** A list of fields with all that it is continued by. */
        private List<String> whole(int fields, Function<Printed, List<String>> part) {
            List<String> lines = new ArrayList<>();
            for (int index = fields; index != 0; index = at(index).continuation) {
                lines.addAll(part.apply(at(index)));
            }
            return lines;
        }

        void check(Path path, Count count) {
            assertThat(records).as("%s", path).hasSize(types.endIndex() - types.firstIndex());
            for (Printed record : records) {
                TypeReference ours = types.reference(record.index);
                assertThat(ours.name()).isNotEmpty();
                TypeShape shape = ours.shape();
                count.types++;
                if (record.isForward || record.kind.equals("LF_FIELDLIST")) {
                    continue;
                }
                String what = "type 0x%x %s in %s".formatted(record.index, record.name, path);
                switch (record.kind) {
                    case "LF_STRUCTURE", "LF_CLASS", "LF_UNION", "LF_INTERFACE" -> {
                        TypeShape.Structure structure = (TypeShape.Structure) shape;
                        assertThat(structure.bytes()).as(what).isEqualTo(record.bytes);
                        List<String> expected = whole(record.fields, one -> one.members);
                        assertThat(structure.members()).as(what).containsExactlyElementsOf(members(expected));
                        count.members += expected.size();
                        assertThat(types.definition(record.name)).as(what).isPresent();
                    }
                    case "LF_ENUM" -> {
                        List<String> expected = whole(record.fields, one -> one.enumerators);
                        List<String> found = ((TypeShape.Enumeration) shape)
                                .enumerators().stream()
                                        .map(one -> one.name() + "|" + one.value())
                                        .toList();
                        assertThat(found).as(what).containsExactlyElementsOf(fitted(expected, (TypeShape.Enumeration)
                                shape));
                        count.enumerators += expected.size();
                    }
                    case "LF_POINTER" -> assertThat(shape).isInstanceOf(TypeShape.Pointer.class);
                    case "LF_ARRAY" -> assertThat(shape).isInstanceOf(TypeShape.Array.class);
                    default -> {
                        // Functions and lists of arguments have no shape.
                    }
                }
            }
        }

        /** The program prints values as the compiler wrote them: some write -1 as the largest number of their width. */
        private static List<String> fitted(List<String> lines, TypeShape.Enumeration shape) {
            boolean isSigned = shape.enumerators().stream().anyMatch(one -> one.value() < 0);
            int unused = Long.SIZE - (int) shape.bytes() * Byte.SIZE;
            return lines.stream()
                    .map(line -> {
                        int bar = line.lastIndexOf('|');
                        long value = new BigInteger(line.substring(bar + 1)).longValue() << unused;
                        return line.substring(0, bar + 1) + (isSigned ? value >> unused : value >>> unused);
                    })
                    .toList();
        }

        private List<TypeShape.Member> members(List<String> lines) {
            List<TypeShape.Member> members = new ArrayList<>();
            for (String line : lines) {
                String[] parts = line.split("\\|", -1);
                int type = Integer.parseInt(parts[parts.length - 2], 16);
                long bits = Long.parseLong(parts[parts.length - 1]) * Byte.SIZE;
                String name = line.substring(
                        0, line.length() - parts[parts.length - 1].length() - parts[parts.length - 2].length() - 2);
                int[] field = type >= types.firstIndex() ? at(type).bits : new int[0];
                members.add(
                        field.length == 0
                                ? new TypeShape.Member(name, types.reference(type), bits, 0)
                                : new TypeShape.Member(name, types.reference(field[0]), bits + field[1], field[2]));
            }
            return members;
        }
    }
}
