package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.address.Address;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.SocketInfo.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sockets. */
public final class SocketFormat implements RowFormat<SocketInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.left("FAMILY"),
                Column.left("PROTOCOL"),
                Column.left("STATE"),
                Column.left("LOCAL"),
                Column.left("REMOTE"),
                Column.right("UID").whenUsed(),
                Column.right("INODE").whenUsed(),
                Column.left("PIDS"));
    }

    @Override
    public List<String> cells(SocketInfo row) {
        String pids = row.holders().stream().map(String::valueOf).collect(Collectors.joining(","));
        return List.of(
                word(row.family()),
                RowFormat.cell(row, row.protocol()),
                word(row.state()),
                RowFormat.cell(row, end(row, row.local())),
                RowFormat.cell(row, end(row, row.remote())),
                RowFormat.cell(row, row.uid()),
                RowFormat.cell(row, row.inode()),
                pids.isEmpty() ? "-" : pids);
    }

    @Override
    public void write(SocketInfo row, JsonLines json) {
        json.text("family", word(row.family()))
                .text("protocol", row.protocol())
                .text("state", word(row.state()))
                .text("local_address", row.local() == null ? null : row.local().address())
                .number("local_port", row.local() == null ? null : row.local().port())
                .text(
                        "remote_address",
                        row.remote() == null ? null : row.remote().address())
                .number(
                        "remote_port",
                        row.remote() == null ? null : row.remote().port())
                .size("inode", row.inode())
                .number("uid", row.uid())
                .number("net_namespace", row.namespace())
                .numbers("pids", row.holders())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(SocketInfo row) {
        Long inode = row.inode();
        Long address = row.address();
        return inode == null && address != null ? "socket at " + Address.format(address) : "socket " + inode;
    }

    private static @Nullable String end(SocketInfo row, @Nullable Endpoint end) {
        if (end == null) {
            return null;
        }
        String port = Long.toUnsignedString(end.port());
        return switch (row.family()) {
            case INET6 -> "[" + end.address() + "]:" + port;
            case UNIX -> end.address().isEmpty() ? "inode " + port : end.address();
            case PACKET -> "interface " + end.address() + ", protocol 0x" + Long.toHexString(end.port());
            case INET, NETLINK, OTHER -> end.address().isEmpty() ? port : end.address() + ":" + port;
        };
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
