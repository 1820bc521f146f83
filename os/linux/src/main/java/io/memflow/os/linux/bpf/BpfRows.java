package io.memflow.os.linux.bpf;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.BpfMapInfo;
import io.memflow.core.os.BpfProgramInfo;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.Listing;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.IdTable;
import io.memflow.os.linux.structure.Kernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads {@code prog_idr} and {@code map_idr} (kernel/bpf/syscall.c). Thread-safe. */
public final class BpfRows {
    /** {@code BPF_TAG_SIZE}, include/uapi/linux/bpf.h. */
    private static final int TAG_BYTES = 8;
    /** {@code MAX_USED_MAPS}, include/linux/bpf.h. */
    private static final int MOST_MAPS = 64;

    private final MemoryView memory;
    private final IdTable ids;
    private final long programs;
    private final long maps;
    private final KernelField type;
    private final KernelField tag;
    private final KernelField machineBytes;
    private final KernelField details;
    private final KernelField id;
    private final KernelField name;
    private final KernelField loadTime;
    private final KernelField user;
    private final KernelField uid;
    private final KernelField usedMaps;
    private final KernelField usedMapCount;
    private final KernelField mapId;
    private final KernelField mapType;
    private final KernelField mapName;
    private final KernelField keyBytes;
    private final KernelField valueBytes;
    private final KernelField mostEntries;

    public BpfRows(Kernel kernel) {
        memory = kernel.memory();
        programs = kernel.address("prog_idr");
        maps = kernel.address("map_idr");
        ids = new IdTable(kernel);
        type = kernel.field("bpf_prog", "type");
        tag = kernel.field("bpf_prog", "tag");
        machineBytes = kernel.field("bpf_prog", "jited_len");
        details = kernel.field("bpf_prog", "aux");
        id = kernel.field("bpf_prog_aux", "id");
        name = kernel.field("bpf_prog_aux", "name");
        loadTime = kernel.field("bpf_prog_aux", "load_time");
        user = kernel.field("bpf_prog_aux", "user");
        uid = kernel.field("user_struct", "uid.val");
        usedMaps = kernel.field("bpf_prog_aux", "used_maps");
        usedMapCount = kernel.field("bpf_prog_aux", "used_map_cnt");
        mapId = kernel.field("bpf_map", "id");
        mapType = kernel.field("bpf_map", "map_type");
        mapName = kernel.field("bpf_map", "name");
        keyBytes = kernel.field("bpf_map", "key_size");
        valueBytes = kernel.field("bpf_map", "value_size");
        mostEntries = kernel.field("bpf_map", "max_entries");
    }

    /** Programs, ascending by id. */
    public Listing<BpfProgramInfo> programs() {
        KernelList.Entries found = ids.entries(programs, "prog_idr");
        return new Listing<>(found.addresses().stream().map(this::program).toList(), found.missing());
    }

    /** Maps, ascending by id. */
    public Listing<BpfMapInfo> maps() {
        KernelList.Entries found = ids.entries(maps, "map_idr");
        return new Listing<>(found.addresses().stream().map(this::map).toList(), found.missing());
    }

    private BpfProgramInfo program(long program) {
        FieldReader fields = new FieldReader();
        return new BpfProgramInfo(
                program,
                fields.read("id", () -> id.unsigned(details.pointer(program))),
                fields.read("type", () -> BpfTypes.program(type.unsigned(program))),
                fields.read("name", () -> name.text(details.pointer(program))),
                fields.read("tag", () -> HexFormat.of().formatHex(memory.readBytes(tag.at(program), TAG_BYTES))),
                fields.read("load_time", () -> Duration.ofNanos(loadTime.signed(details.pointer(program)))),
                fields.read("uid", () -> uid.unsigned(user.pointer(details.pointer(program)))),
                fields.read("jited_len", () -> machineBytes.unsigned(program)),
                fields.readOr("used_maps", List.of(), () -> mapsOf(details.pointer(program))),
                fields.provenance("prog-idr"));
    }

    private List<Long> mapsOf(long details) {
        int count = (int) Math.min(usedMapCount.unsigned(details), MOST_MAPS);
        long[] addresses = new long[count];
        if (count > 0) {
            memory.readPointers(usedMaps.pointer(details), addresses);
        }
        List<Long> used = new ArrayList<>();
        for (long map : addresses) {
            used.add(mapId.unsigned(map));
        }
        return used;
    }

    private BpfMapInfo map(long map) {
        FieldReader fields = new FieldReader();
        return new BpfMapInfo(
                map,
                fields.read("id", () -> mapId.unsigned(map)),
                fields.read("map_type", () -> BpfTypes.map(mapType.unsigned(map))),
                fields.read("name", () -> mapName.text(map)),
                fields.read("key_size", () -> keyBytes.unsigned(map)),
                fields.read("value_size", () -> valueBytes.unsigned(map)),
                fields.read("max_entries", () -> mostEntries.unsigned(map)),
                fields.provenance("map-idr"));
    }
}
