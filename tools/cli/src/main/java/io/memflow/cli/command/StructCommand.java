package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.output.Column;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeSpread;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.symbol.TypedRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Shows the layout of a type of the target, and with an address what is there. */
public final class StructCommand implements Command {
    private static final String INDENT = "  ";

    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "struct",
            "Show the layout of a kernel type, and what is there at an address.",
            List.of("[OPTIONS] NAME [ADDRESS] TARGET", "[OPTIONS] NAME [ADDRESS] -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(
                    "NAME is a struct, union, enum or typedef, such as task_struct or 'union nf_inet_addr'.",
                    "ADDRESS is a kernel address, or the name of a symbol, such as init_task."),
            List.of(
                    "memflow struct task_struct memory.raw",
                    "memflow struct task_struct init_task memory.raw",
                    "memflow struct --json list_head 0xffffffff83a13700 qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.afterOptionalLast(arguments, "NAME", "ADDRESS");
        ResultWriter writer = new ResultWriter(session, arguments);
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            String name = words.leading().getFirst();
            TypeReference type = system.types().reference(name).orElseThrow(() -> absent(name));
            boolean hasAddress = words.leading().size() > 1;
            List<TypedRow> rows;
            if (hasAddress) {
                SymbolTable symbols = system.symbols();
                long address = address(words.leading().get(1), symbols);
                rows = TypeSpread.values(type, system.kernelMemory(), address, symbols);
            } else {
                rows = TypeSpread.layout(type);
            }
            writer.write(
                    out -> table(rows, hasAddress).print(out, writer.palette()),
                    json -> rows.forEach(row -> write(row, origin(system.types(), name, row.path()), json)));
            return writer.finish(damage(rows), system.physicalMemory());
        }
    }

    private static DamageReport damage(List<TypedRow> rows) {
        DamageReport damage = new DamageReport();
        for (TypedRow row : rows) {
            String why = row.why();
            if (why != null) {
                damage.missing(row.path(), new MissingPart("the value", why));
            }
        }
        return damage;
    }

    private static long address(String word, SymbolTable symbols) {
        OptionalLong named = symbols.address(word);
        return named.isPresent() ? named.getAsLong() : Address.parse(word);
    }

    private static MemflowException absent(String name) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_FOUND,
                "The target has no type \"" + name + "\", or no description of its types; memflow info tells which.");
    }

    private static Table table(List<TypedRow> rows, boolean hasAddress) {
        List<Column> columns =
                new ArrayList<>(List.of(Column.right("OFFSET"), Column.right("SIZE"), Column.left("MEMBER")));
        columns.add(Column.left("TYPE"));
        if (hasAddress) {
            columns.add(Column.left("VALUE"));
        }
        Table table = new Table(columns);
        for (TypedRow row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    Address.format(row.bitOffset() / Byte.SIZE),
                    row.bitSize() == 0 ? Long.toString(row.bytes()) : row.bitSize() + " bits",
                    INDENT.repeat(row.depth()) + row.name(),
                    row.type()));
            if (hasAddress) {
                String value = row.value();
                cells.add(row.why() != null ? "?" : value == null ? "" : value);
            }
            table.add(cells, row.why() == null ? Palette.Emphasis.NONE : Palette.Emphasis.DAMAGED);
        }
        return table;
    }

    /** Where the offset comes from; null for the type as a whole, and for elements of arrays, which go by their array. */
    private static @Nullable String origin(TypeTable types, String name, String path) {
        String structure = name.substring(name.indexOf(' ') + 1);
        int element = path.indexOf('[');
        String member = element < 0 ? path : path.substring(0, element);
        return member.isEmpty() ? null : types.origin(structure, member).orElse(null);
    }

    private static void write(TypedRow row, @Nullable String origin, JsonLines json) {
        json.begin()
                .text("path", row.path())
                .text("type", row.type())
                .number("offset", row.bitOffset() / Byte.SIZE)
                .number("size", row.bytes())
                .number("bit_offset", row.bitSize() == 0 ? null : row.bitOffset() % Byte.SIZE)
                .number("bit_size", row.bitSize() == 0 ? null : row.bitSize())
                .text("origin", origin)
                .text("value", row.value())
                .text("why_missing", row.why())
                .end();
    }
}
