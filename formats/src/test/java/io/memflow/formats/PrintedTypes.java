package io.memflow.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.formats.pdb.PdbTypes;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The records that {@code llvm-pdbutil dump --types} printed, compared with ours when all are known. Confined. */
final class PrintedTypes {
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

    PrintedTypes(PdbTypes types) {
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
                Integer.parseInt(bits.group(1), 16), Integer.parseInt(bits.group(2)), Integer.parseInt(bits.group(3))
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

    void check(Path path, PdbComparison count) {
        assertThat(records).as("%s", path).hasSize(types.endIndex() - types.firstIndex());
        for (Printed record : records) {
            TypeReference ours = types.reference(record.index);
            assertThat(ours.name()).isNotEmpty();
            TypeShape shape = ours.shape();
            count.typeRecords++;
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
