package io.memflow.os.dummy;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.synthetic.MachineTable;
import io.memflow.core.synthetic.MachineTableCodec;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The structures a made-up machine has: those of its table, as {@link MachineTableCodec} lays them out. Stateless. */
record DummyTypes() implements TypeTable {
    private static final int NAME_BYTES = MachineTable.MAX_NAME + 1;

    private record Structure(long bytes, Map<String, MemberLocation> members) {}

    private static final Map<String, Structure> STRUCTURES = Map.of(
            "machine_table",
            new Structure(
                    MachineTableCodec.HEADER_BYTES,
                    Map.of(
                            "magic", at(0, 8),
                            "bytes", at(8, 4),
                            "seed", at(16, 8),
                            "root", at(32, 8),
                            "upper_root", at(40, 8),
                            "kernel_base", at(48, 8),
                            "kernel_size", at(56, 8),
                            "processes", at(64, 4),
                            "modules", at(72, 4),
                            "architecture", at(80, NAME_BYTES))),
            "process_row",
            new Structure(
                    MachineTableCodec.PROCESS_BYTES,
                    Map.of(
                            "pid", at(0, 4),
                            "parent", at(4, 4),
                            "root", at(8, 8),
                            "threads", at(16, 4),
                            "state", at(24, 1),
                            "name", at(32, NAME_BYTES))),
            "module_row",
            new Structure(
                    MachineTableCodec.MODULE_BYTES,
                    Map.of("base", at(0, 8), "size", at(8, 8), "name", at(16, NAME_BYTES))));

    private static MemberLocation at(long offset, int bytes) {
        return new MemberLocation(offset * Byte.SIZE, 0, bytes);
    }

    @Override
    public OptionalLong size(String structure) {
        Structure found = STRUCTURES.get(structure);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.bytes);
    }

    @Override
    public Optional<MemberLocation> member(String structure, String path) {
        return Optional.ofNullable(STRUCTURES.get(structure)).map(found -> found.members.get(path));
    }

    @Override
    public OptionalLong enumerator(String enumeration, String name) {
        return OptionalLong.empty();
    }
}
