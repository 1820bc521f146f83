package io.memflow.os.windows.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Gives a process handles of several types. Stateless. */
final class ProcessHandles {
    private static final int ALL_ACCESS = 0x1F_FFFF;
    private static final int READ = 0x12_0089;
    private static final int EVENT_ACCESS = 0x1F_0003;
    private static final int KEY_ACCESS = 0x2_0019;
    private static final int FEW = 12;
    /** More than a page has entries of any size. */
    private static final int MANY = 560;

    private ProcessHandles() {}

    /**
     * What was made.
     *
     * @param table its {@code HANDLE_TABLE}
     * @param handles by value
     */
    record Made(long table, List<SyntheticHandle> handles) {}

    /** @param program device path of what the process runs; empty for none */
    static Made of(
            Machine machine,
            NamedObjects named,
            HandleTables tables,
            ProcessPlan plan,
            long process,
            List<SyntheticThread> threads,
            String program) {
        List<SyntheticHandle> all = new ArrayList<>();
        boolean hasMany = plan.name().equals("System");
        long event = named.event("");
        long key = named.key();
        String eventName = "Made" + plan.id();
        String mutantName = "Mutant" + plan.id();
        List<SyntheticHandle> kinds = new ArrayList<>();
        kinds.add(new SyntheticHandle(0, process, "Process", "", ALL_ACCESS));
        if (!threads.isEmpty()) {
            kinds.add(new SyntheticHandle(0, threads.getFirst().address(), "Thread", "", ALL_ACCESS));
        }
        kinds.add(new SyntheticHandle(0, named.namedDirectory(), "Directory", "\\BaseNamedObjects", 0xF));
        kinds.add(new SyntheticHandle(0, event, "Event", "", EVENT_ACCESS));
        kinds.add(new SyntheticHandle(
                0, named.event(eventName), "Event", "\\BaseNamedObjects\\" + eventName, EVENT_ACCESS));
        kinds.add(new SyntheticHandle(
                0, named.mutant(mutantName), "Mutant", "\\BaseNamedObjects\\" + mutantName, EVENT_ACCESS));
        kinds.add(new SyntheticHandle(0, key, "Key", "", KEY_ACCESS));
        if (!program.isEmpty()) {
            kinds.add(new SyntheticHandle(0, named.file(program), "File", program, READ));
        }
        TreeMap<Long, HandleTables.Entry> entries = new TreeMap<>();
        int header = machine.types().at("_OBJECT_HEADER", "Body");
        int count = hasMany ? MANY : FEW;
        int perPage = SyntheticRam.PAGE / machine.types().size("_HANDLE_TABLE_ENTRY");
        int number = 0;
        for (int i = 0; i < count; i++) {
            SyntheticHandle kind = kinds.get(i % kinds.size());
            // Now and then one was closed; the first entry of a page is the kernel's own.
            number += i % 5 == 4 ? 2 : 1;
            number += number % perPage == 0 ? 1 : 0;
            long value = 4L * number;
            all.add(new SyntheticHandle(value, kind.object(), kind.type(), kind.name(), kind.access()));
            entries.put(value, new HandleTables.Entry(kind.object() - header, kind.access()));
        }
        return new Made(tables.process(process, plan.id(), entries), all);
    }
}
