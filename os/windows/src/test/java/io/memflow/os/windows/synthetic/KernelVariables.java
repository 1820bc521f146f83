package io.memflow.os.windows.synthetic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Writes the variables of a synthetic kernel when all is built that they refer to. Stateless. */
final class KernelVariables {
    /** A free build, in the upper bits of {@code NtBuildNumber}. */
    private static final long FREE_BUILD = 0xF000_0000L;

    private KernelVariables() {}

    static void write(Machine machine, KernelImage image, List<SyntheticProcess> processes) {
        SyntheticSpace kernel = machine.kernel();
        KernelObjects objects = machine.objects();
        kernel.pointer(
                image.address(KernelVariable.PS_INITIAL_SYSTEM_PROCESS),
                processes.getFirst().address());
        long links = machine.types().at("_EPROCESS", "ActiveProcessLinks");
        kernel.ring(
                image.address(KernelVariable.PS_ACTIVE_PROCESS_HEAD),
                machine.pointer(),
                processes.stream().map(process -> process.address() + links).toList());
        kernel.put32(image.address(KernelVariable.NT_BUILD_NUMBER), FREE_BUILD | machine.build());
        kernel.pointer(image.address(KernelVariable.PS_PROCESS_TYPE), objects.type(ObjectType.PROCESS));
        kernel.pointer(image.address(KernelVariable.PS_THREAD_TYPE), objects.type(ObjectType.THREAD));
        kernel.pointer(image.address(KernelVariable.IO_FILE_OBJECT_TYPE), objects.type(ObjectType.FILE));
        kernel.put8(image.address(KernelVariable.OB_HEADER_COOKIE), objects.cookie());
        objects.writeTable(image.address(KernelVariable.OB_TYPE_INDEX_TABLE));
        SplittableRandom random = new SplittableRandom(machine.options().seed ^ 0xDB6);
        kernel.put64(image.address(KernelVariable.KI_WAIT_NEVER), random.nextLong());
        kernel.put64(image.address(KernelVariable.KI_WAIT_ALWAYS), random.nextLong());
        kernel.pointer(
                image.address(KernelVariable.MM_PAGED_POOL_START),
                machine.places().paged());
    }

    /** Writes {@code PspCidTable}: processes and threads by their ids. Returns the table's virtual address. */
    static long writeIds(Machine machine, KernelImage image, List<SyntheticProcess> processes, HandleTables handles) {
        TreeMap<Long, HandleTables.Entry> ids = new TreeMap<>();
        for (SyntheticProcess process : processes) {
            ids.put(process.id(), new HandleTables.Entry(process.address(), 0));
            for (SyntheticThread thread : process.threads()) {
                ids.put(thread.id(), new HandleTables.Entry(thread.address(), 0));
            }
        }
        long table = handles.write(ids);
        machine.kernel().pointer(image.address(KernelVariable.PSP_CID_TABLE), table);
        handles.link(image.address(KernelVariable.HANDLE_TABLE_LIST_HEAD));
        return table;
    }

    /** Where they lie, by their names. */
    static Map<String, Long> addresses(KernelImage image) {
        Map<String, Long> addresses = new HashMap<>();
        for (KernelVariable variable : KernelVariable.values()) {
            addresses.put(variable.symbol(), image.address(variable));
        }
        return addresses;
    }
}
