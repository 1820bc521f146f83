package io.memflow.os.linux.landmark;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Landmarks;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The data of a kernel whose types are known and whose symbols name none. The idle task, the list of modules and the
 * timekeeper are looked for at once; the rest, which only some lists need, when it is first asked for. Thread-safe.
 */
public final class HiddenData implements Landmarks {
    private final ImageWords image;
    private final StructureLayout layout;
    private final OptionalLong idleTask;
    private final Map<String, OptionalLong> known = new HashMap<>();

    /**
     * @param core finds what every list needs
     * @param idleTask virtual address of {@code init_task}; empty when it is damaged
     */
    public HiddenData(ImageWords image, StructureLayout layout, CoreData core, OptionalLong idleTask) {
        this.image = image;
        this.layout = layout;
        this.idleTask = idleTask;
        known.put("init_task", idleTask);
        known.put("modules", core.moduleList());
        known.put("tk_core", core.timekeeper());
    }

    @Override
    public synchronized OptionalLong address(String symbol) {
        OptionalLong found = known.get(symbol);
        if (found == null) {
            found = search(symbol);
            known.put(symbol, found);
        }
        return found;
    }

    private OptionalLong search(String symbol) {
        try {
            return switch (symbol) {
                case "init_uts_ns", "init_pid_ns", "net_namespace_list" -> namespace(symbol);
                case "prb" -> new LogRing(image, layout).find();
                case "nl_table" -> new NetlinkFamilies(image, layout).find();
                case "udp_table" -> protocols().of("UDP", "h.udp_table");
                case "udplite_table" -> protocols().of("UDP-Lite", "h.udp_table");
                case "raw_v4_hashinfo" -> protocols().of("RAW", "h.raw_hash");
                case "raw_v6_hashinfo" -> protocols().of("RAWv6", "h.raw_hash");
                case "unix_socket_table" -> new UnixTable(image, layout).find();
                default -> OptionalLong.empty();
            };
        } catch (MemflowException absentMember) {
            // The search needs a member that this kernel's types lack; whoever asked says what is not given then.
            if (absentMember.kind() != ErrorKind.NOT_FOUND) {
                throw absentMember;
            }
            return OptionalLong.empty();
        }
    }

    /** The idle task is in all first namespaces; where it is damaged they are not found. */
    private OptionalLong namespace(String symbol) {
        if (idleTask.isEmpty()) {
            return OptionalLong.empty();
        }
        Namespaces namespaces = new Namespaces(image, layout, idleTask.getAsLong());
        return switch (symbol) {
            case "init_uts_ns" -> namespaces.initial("uts_ns");
            case "init_pid_ns" -> namespaces.initial("pid_ns_for_children");
            default -> namespaces.networkList();
        };
    }

    private ProtocolTables protocols() {
        return new ProtocolTables(image, layout);
    }
}
