package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.MountInfo;
import java.util.List;

/** Mounted file systems. */
public final class MountFormat implements RowFormat<MountInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("NAMESPACE"),
                Column.right("ID"),
                Column.right("PARENT"),
                Column.left("DEVICE"),
                Column.left("TYPE"),
                Column.left("MOUNT POINT"),
                Column.left("ROOT"),
                Column.left("SOURCE"),
                Column.left("OPTIONS"));
    }

    @Override
    public List<String> cells(MountInfo row) {
        return List.of(
                RowFormat.cell(row, row.namespace()),
                RowFormat.cell(row, row.id()),
                RowFormat.cell(row, row.parentId()),
                RowFormat.cell(row, row.device()),
                RowFormat.cell(row, row.type()),
                RowFormat.cell(row, row.mountPoint()),
                RowFormat.cell(row, row.root()),
                RowFormat.cell(row, row.source()),
                String.join(",", row.options()));
    }

    @Override
    public void write(MountInfo row, JsonLines json) {
        json.number("mnt_namespace", row.namespace())
                .number("id", row.id())
                .number("parent", row.parentId())
                .text("device", row.device())
                .text("root", row.root())
                .text("mount_point", row.mountPoint())
                .text("type", row.type())
                .text("source", row.source())
                .texts("options", row.options())
                .texts("propagation", row.propagation())
                .texts("file_system_options", row.fileSystemOptions())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(MountInfo row) {
        return "mount " + row.id();
    }
}
